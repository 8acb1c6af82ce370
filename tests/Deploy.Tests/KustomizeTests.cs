// At stake: the manifests beside the chart must build, parse, and fit it: the evaluation's names are those in its values and secrets, and
// the GitOps examples refer to existing files.
using k8s.Models;
using Mining.Deploy.Tests.Support;
using YamlDotNet.Serialization;

namespace Mining.Deploy.Tests;

public sealed class KustomizeTests
{
    public static TheoryData<string> Folders() => [.. Directory.EnumerateFiles(Repository.PathOf("k8s"), "kustomization.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Every_folder_builds(string folder) => Assert.NotEmpty(await Build(folder));

    [Theory]
    [InlineData("k8s/namespace")]
    [InlineData("k8s/cluster-keys")]
    [InlineData("k8s/evaluation")]
    [InlineData("k8s/redis-groups")]
    [InlineData("k8s/kind")]
    public async Task Every_object_parses_strictly(string folder) => Assert.NotEmpty(new Rendered(folder, await Build(folder)).Objects);

    [Fact]
    public async Task The_namespace_admits_only_restricted_pods_and_denies_traffic_by_default()
    {
        var rendered = new Rendered("namespace", await Build("k8s/namespace"));
        var space = rendered.One<V1Namespace>();
        Assert.Equal(Chart.Namespace, space.Name());
        Assert.Equal("restricted", space.Labels()["pod-security.kubernetes.io/enforce"]);
        var policy = rendered.One<V1NetworkPolicy>();
        Assert.Empty(policy.Spec.PodSelector.MatchLabels ?? new Dictionary<string, string>());
        Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes);
        Assert.Null(policy.Spec.Egress);
    }

    [Fact]
    public async Task The_evaluation_services_select_their_pods_and_match_the_values()
    {
        var rendered = new Rendered("evaluation", await Build("k8s/evaluation"));
        Assert.All(rendered.All<V1Service>(), service =>
        {
            var pod = Assert.Single(rendered.Pods, pod => Selection.Has(pod.Labels, service.Spec.Selector));
            Assert.Contains(pod.Spec.Containers[0].Ports, port => port.Name == service.Spec.Ports[0].TargetPort.Value);
        });
        var hosts = rendered.All<V1Service>().Select(service => $"{service.Name()}.{service.Namespace()}").ToList();
        foreach (var file in (string[])["helm/mining/values/small.yaml", "k8s/kind/values.yaml"])
        {
            var address = System.Text.RegularExpressions.Regex.Match(Repository.Read(file), "address: ([^:]+):").Groups[1].Value;
            Assert.Contains(address, hosts);
        }

        Assert.Contains(hosts, host => Repository.Read("k8s", "evaluation", "secrets").Contains($"Server=tcp:{host},1433;", StringComparison.Ordinal));
        Assert.All(CodeModel.Services, service => Assert.Contains(
            $"--from-literal={service}=\"$(connection {service})\"", Repository.Read("k8s", "evaluation", "secrets"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_evaluation_secrets_are_all_that_the_chart_needs()
    {
        var answer = await Chart.Template("--values", "k8s/kind/values.yaml");
        Assert.True(answer.ExitCode == 0, answer.Error);
        var made = System.Text.RegularExpressions.Regex.Matches(Repository.Read("k8s", "evaluation", "secrets"), "^make mining ([a-z-]+)", System.Text.RegularExpressions.RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);
        var pods = new Rendered("kind", answer.Output).Pods.ToList();
        var needed = pods.SelectMany(pod => pod.Spec.Containers).SelectMany(container => container.Env ?? [])
            .Select(variable => variable.ValueFrom?.SecretKeyRef?.Name)
            .Concat(pods.SelectMany(pod => pod.Spec.Volumes ?? []).Select(volume => volume.Secret?.SecretName))
            .OfType<string>().Distinct();
        Assert.Equal(needed.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("k8s/argocd", "Application")]
    [InlineData("k8s/flux", "HelmRelease")]
    public async Task The_GitOps_examples_refer_to_existing_files(string folder, string kind)
    {
        var text = (await Build(folder)).Split("\n---\n").Single(document => document.Contains($"kind: {kind}\n", StringComparison.Ordinal));
        var spec = (Dictionary<object, object>)new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(text)["spec"];
        var (chart, values) = kind == "Application"
            ? (Into(spec, "source")["path"], Into(Into(spec, "source"), "helm")["valueFiles"])
            : (Into(Into(spec, "chart"), "spec")["chart"], Into(Into(spec, "chart"), "spec")["valuesFiles"]);
        Assert.Equal(Chart.Folder, chart);
        if (kind == "HelmRelease")
            await FluxRenders((List<object>)values);
        else
            Assert.Contains("RespectIgnoreDifferences=true", (List<object>)Into(spec, "syncPolicy")["syncOptions"]);
        // Argo CD's files are relative to the chart, Flux's to the repository.
        Assert.All((List<object>)values, file =>
            Assert.True(File.Exists(Repository.PathOf(kind == "Application" ? Chart.Folder : "", (string)file)), (string)file));

        static Dictionary<object, object> Into(Dictionary<object, object> node, string key) => (Dictionary<object, object>)node[key];
    }

    /// <summary>Flux renders the chart with the listed files alone: they replace its values.yaml.</summary>
    private static async Task FluxRenders(List<object> files)
    {
        var folder = Directory.CreateTempSubdirectory("mining-flux-").FullName;
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf(Chart.Folder), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.PathOf(Chart.Folder), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "values.yaml"), "");
        var answer = await Tool.Helm(
            ["template", "mining", folder, .. files.SelectMany(file => (string[])["--values", (string)file]), "--set", "identity.issuers.eu.issuer=https://identity.example"]);
        Directory.Delete(folder, recursive: true);
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    private static async Task<string> Build(string folder)
    {
        var answer = await Tool.Kubectl("kustomize", folder);
        Assert.True(answer.ExitCode == 0, answer.Error);
        return answer.Output;
    }
}
