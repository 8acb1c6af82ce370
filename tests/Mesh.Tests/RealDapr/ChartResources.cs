using Mining.Testing;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Mining.Mesh.Tests.RealDapr;

/// <summary>
/// The chart's Dapr resources, rendered by helm and written to files as daprd reads them without Kubernetes: its components, its
/// resiliency, its Configuration and the sidecar's annotations. Two things differ from a cluster: secrets are inlined, and the
/// Configuration omits <c>mtls</c> and <c>accessControl</c>, which need Dapr's control plane.
/// </summary>
internal sealed class ChartResources
{
    /// <summary>The annotations of a pod that are options of daprd.</summary>
    private static readonly Dictionary<string, string> Options = new()
    {
        ["dapr.io/app-health-probe-interval"] = "--app-health-probe-interval",
        ["dapr.io/app-health-probe-timeout"] = "--app-health-probe-timeout",
        ["dapr.io/app-health-threshold"] = "--app-health-threshold",
        ["dapr.io/max-body-size"] = "--max-body-size",
    };

    private readonly List<YamlMappingNode> objects;

    private ChartResources(List<YamlMappingNode> objects, string folder)
    {
        this.objects = objects;
        Resources = Directory.CreateDirectory(Path.Combine(folder, "resources")).FullName;
        Configuration = Path.Combine(folder, "configuration.yaml");
    }

    /// <summary>The folder of components and resiliency.</summary>
    public string Resources { get; }

    /// <summary>The file of the Configuration.</summary>
    public string Configuration { get; }

    /// <summary>Renders the chart.</summary>
    /// <param name="folder">The folder for the files.</param>
    /// <param name="secrets">The broker's secret.</param>
    /// <param name="values">Values of the chart, in the form of <c>--set</c>.</param>
    public static async Task<ChartResources> Render(string folder, IReadOnlyDictionary<string, string> secrets, string values)
    {
        var rendered = await Tool.Helm(
            "template", "mining", "helm/mining", "--set", "database.secretName=database,identity.issuers.eu.issuer=https://eu.example", "--set", values);
        Assert.True(rendered.ExitCode == 0, rendered.Error);
        var stream = new YamlStream();
        stream.Load(new StringReader(rendered.Output));
        var resources = new ChartResources([.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()], folder);
        foreach (var component in resources.OfKind("Component"))
            Reveal(component, secrets);
        var configuration = Assert.Single(resources.OfKind("Configuration"));
        var spec = (YamlMappingNode)configuration["spec"];
        spec.Children.Remove("mtls");
        spec.Children.Remove("accessControl");
        Write(configuration, resources.Configuration);
        // One file each: daprd reads only the first resiliency of a file.
        foreach (var (index, resource) in resources.OfKind("Component").Concat(resources.OfKind("Resiliency")).Index())
            Write(resource, Path.Combine(resources.Resources, $"{index}.yaml"));
        return resources;
    }

    /// <summary>The component of a service: the one with the service among its scopes.</summary>
    public string ComponentOf(string service) => Text(
        OfKind("Component").Single(component => ((YamlSequenceNode)component["scopes"]).Children.Any(scope => Text(scope) == service))["metadata"]["name"]);

    /// <summary>The options of a service's sidecar, from the annotations of its pods.</summary>
    public IEnumerable<string> OptionsOf(string service) => OfKind("Deployment")
        .Select(deployment => (YamlMappingNode)deployment["spec"]["template"]["metadata"]["annotations"])
        .Single(annotations => Text(annotations["dapr.io/app-id"]) == service)
        .Where(annotation => Options.ContainsKey(Text(annotation.Key)))
        .SelectMany(annotation => (string[])[Options[Text(annotation.Key)], Text(annotation.Value)])
        .Concat(["--config", Configuration]);

    private static void Reveal(YamlMappingNode component, IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var entry in ((YamlSequenceNode)component["spec"]["metadata"]).OfType<YamlMappingNode>())
        {
            if (!entry.Children.Remove("secretKeyRef", out var reference))
                continue;
            entry.Add("value", new YamlScalarNode(secrets[Text(reference["key"])]) { Style = YamlDotNet.Core.ScalarStyle.DoubleQuoted });
        }
    }

    private static void Write(YamlMappingNode resource, string file)
    {
        using var writer = new StreamWriter(file);
        new YamlStream(new YamlDocument(resource)).Save(writer, assignAnchors: false);
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private IEnumerable<YamlMappingNode> OfKind(string kind) => objects.Where(resource => Text(resource["kind"]) == kind);
}
