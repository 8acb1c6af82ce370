// At stake: an operator's first contact. Every set of values must render without a warning, into objects that a cluster accepts as written.
// helm itself renders; each object is parsed strictly, so that a misspelt field is detected.
using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;
using YamlDotNet.Serialization;

namespace Mining.Deploy.Tests;

public sealed class RenderingTests
{
    public static TheoryData<string> ValuesFiles() => [.. Chart.ValuesFiles];

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task The_chart_lints_without_a_warning(string values)
    {
        var answer = await Tool.Helm(["lint", "--strict", Chart.Folder, .. Chart.File(values)]);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        Assert.DoesNotContain("[WARNING]", answer.Output, StringComparison.Ordinal);
        Assert.Contains("0 chart(s) failed", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_object_parses_strictly_and_has_a_unique_name(string set)
    {
        var rendered = await Chart.Of(set);
        Assert.NotEmpty(rendered.Objects);
        Assert.All(rendered.Objects, made => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", made.Metadata.Name));
        Assert.Equal(
            rendered.Objects.Count,
            rendered.Objects.Select(made => (made.ApiVersion, made.Kind, made.Metadata.Name)).Distinct().Count());
        Assert.All(rendered.Objects, made => Assert.True(made.Metadata.Name.Length <= 63, made.Metadata.Name));
    }

    [Fact]
    public void A_misspelt_field_is_detected() => Assert.ThrowsAny<Exception>(() => new Rendered(
        "misspelt",
        """
        apiVersion: v1
        kind: Service
        metadata: { name: misspelt }
        spec: { selectors: { a: b } }
        """));

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_object_has_the_standard_labels(string set)
    {
        var rendered = await Chart.Of(set);
        Assert.All(rendered.Objects, made =>
        {
            Assert.Equal("mining", made.Metadata.Labels["app.kubernetes.io/part-of"]);
            Assert.Equal("Helm", made.Metadata.Labels["app.kubernetes.io/managed-by"]);
            Assert.Equal(Chart.Release, made.Metadata.Labels["app.kubernetes.io/instance"]);
        });
    }

    [Fact]
    public async Task An_unknown_value_is_refused()
    {
        var answer = await Chart.Template([.. Chart.ArgumentsOf("standard"), "--set", "replicaCount=3"]);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("replicaCount", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Global_values_are_accepted()
    {
        var answer = await Chart.Template([.. Chart.ArgumentsOf("standard"), "--set", "global.somebodyElses=value"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("high-availability")]
    public async Task A_long_release_name_is_shortened(string values)
    {
        // A name that is cut off in the middle of "--" must not end with a hyphen.
        foreach (var release in (string[])[new('r', 53), $"{new string('r', 37)}--{new string('r', 12)}"])
        {
            var answer = await Tool.Helm(["template", release, Chart.Folder, .. Chart.File(values)]);
            Assert.True(answer.ExitCode == 0, answer.Error);
            Assert.All(new Rendered("long", answer.Output).Objects, made =>
            {
                Assert.Matches("^[a-z]([-a-z0-9]*[a-z0-9])?$", made.Metadata.Name);
                // The controller appends 11 characters to the name of a CronJob's job.
                Assert.InRange(made.Metadata.Name.Length, 1, made is V1CronJob ? 52 : 63);
            });
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task No_pod_has_duplicate_names(string set)
    {
        foreach (var pod in (await Chart.Of(set)).Pods)
        {
            AreDistinct(pod.Spec.Volumes?.Select(volume => volume.Name));
            foreach (var container in pod.Spec.Containers)
            {
                AreDistinct(container.Env?.Select(variable => variable.Name));
                AreDistinct(container.VolumeMounts?.Select(mount => mount.MountPath));
                AreDistinct(container.VolumeMounts?.Select(mount => mount.Name));
                AreDistinct(container.Ports?.Select(port => port.Name));
                AreDistinct(container.Ports?.Select(port => port.ContainerPort));
            }
        }

        static void AreDistinct<T>(IEnumerable<T>? names) => Assert.All((names ?? []).GroupBy(name => name), group => Assert.Single(group));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task No_object_has_duplicate_keys_and_no_component_duplicate_names(string set)
    {
        var answer = await Chart.Template(Chart.ArgumentsOf(set));
        // The parser refuses a mapping with the same key twice.
        var parser = new DeserializerBuilder().WithDuplicateKeyChecking().Build();
        Assert.All(answer.Output.Split("\n---\n"), document => parser.Deserialize<object>(document));
        Assert.All((await Chart.Of(set)).All<DaprComponent>(), component =>
            Assert.All(component.Spec.Metadata.GroupBy(entry => entry.Name), group => Assert.Single(group)));
    }

    [Fact]
    public async Task A_configured_value_replaces_the_charts_default_of_the_same_name()
    {
        var rendered = await Chart.Of("names that the chart uses too");
        string Variable(string service, string name) =>
            Assert.Single(rendered.ServicePod(service).Spec.Containers[0].Env, variable => variable.Name == name).Value;
        Assert.Equal("/tmp/own", Variable("gateway", "TMPDIR"));
        // A service's own environment is added to that of all services.
        Assert.Equal("http://proxy:3128", Variable("gateway", "HTTPS_PROXY"));
        Assert.Equal("http://nearer:3128", Variable("projects", "HTTPS_PROXY"));
        Assert.Equal("/tmp/own", Variable("projects", "TMPDIR"));
        Assert.Equal(
            "k8s.namespace.name=mining,k8s.deployment.name=mining-gateway,deployment.environment=test", Variable("gateway", "OTEL_RESOURCE_ATTRIBUTES"));
        Assert.Equal("geology", rendered.ServicePod("gateway").Labels["team"]);
        Assert.All(rendered.All<DaprComponent>(), component =>
            Assert.Equal("5000", component.Spec.Metadata.Single(entry => entry.Name == "maxLenApprox").Value));
        Assert.Equal("1", rendered.One<V1ConfigMap>("-dashboard").Labels()["grafana_dashboard"]);
        // Two issuers with the same authority each have a volume.
        Assert.Equal(2, rendered.ServicePod("gateway").Spec.Volumes.Count(volume => volume.Secret?.SecretName == Chart.SecretWithDots));
    }
}
