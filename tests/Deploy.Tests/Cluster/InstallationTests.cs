// At stake: an installation that a real cluster refuses, or accepts with a warning. The real helm installs the chart into a real API
// server, in a namespace that enforces the restricted profile; the controller manager creates the pods.
using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;
using Mining.Testing;

namespace Mining.Deploy.Tests.Cluster;

public sealed class InstallationTests(ControlPlane cluster)
{
    public static TheoryData<string> ValuesFiles() => [.. Chart.ValuesFiles];

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task Every_values_file_is_installed_without_a_warning_and_becomes_pods(string values)
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade(Chart.File(values));
        await AllServicesHavePods(mesh);
    }

    [Theory]
    [InlineData("small", 4)]
    [InlineData("high-availability", 0)]
    public async Task Uninstalling_leaves_only_the_volume_claims(string values, int claims)
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade(Chart.File(values));
        await mesh.Helm("uninstall", "--wait");
        await Eventually.True(
            async () => (await mesh.Objects()).Count == claims, TimeSpan.FromSeconds(30), () => string.Join(' ', mesh.Objects().Result));
        Assert.All(await mesh.Objects(), left => Assert.StartsWith("persistentvolumeclaim/", left, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_migration_stops_the_installation_and_is_deleted_after_a_day()
    {
        await using var mesh = await Installation.Create(cluster);
        cluster.Kubelet.FailIn(mesh.Namespace);
        var answer = await mesh.TryUpgrade([.. Chart.File("standard"), "--set", "migration.maxRetries=0"]);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Empty(await mesh.Deployments());
        var job = Assert.Single((await cluster.Client.BatchV1.ListNamespacedJobAsync(mesh.Namespace)).Items);
        Assert.Equal(1, job.Status.Failed);
        Assert.Equal(86_400, job.Spec.TtlSecondsAfterFinished);
    }

    [Fact]
    public async Task Helm_test_leaves_nothing_behind()
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade(Chart.File("small"));
        var before = await mesh.Objects();
        var answer = await mesh.TryHelm("test");
        Assert.Contains("Phase:          Succeeded", answer.Output, StringComparison.Ordinal);
        Assert.Equal(before.Where(NoPod), (await mesh.Objects()).Where(NoPod));
        // Failed, it is there to be looked at, and goes by itself.
        cluster.Kubelet.FailIn(mesh.Namespace);
        Assert.NotEqual(0, (await mesh.TryHelm("test")).ExitCode);
        var job = Assert.Single((await cluster.Client.BatchV1.ListNamespacedJobAsync(mesh.Namespace)).Items);
        Assert.Equal(3600, job.Spec.TtlSecondsAfterFinished);

        static bool NoPod(string made) => !made.StartsWith("pod/", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_of_pods_replace_the_charts_own()
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade([.. Chart.File("small"), "--set-json", """defaults.podAnnotations={"dapr.io/log-level":"debug","team":"minerals"}"""]);
        Assert.All(await mesh.PodsOfDeployments(), pod =>
            Assert.Equal(("debug", "minerals"), (pod.Annotations()["dapr.io/log-level"], pod.Annotations()["team"])));
    }

    [Fact]
    public async Task The_chart_is_a_subchart_that_a_condition_turns_on()
    {
        await using var mesh = await Installation.Create(cluster);
        var parent = Directory.CreateTempSubdirectory("mining-parent-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(parent, "Chart.yaml"),
            $$"""
            apiVersion: v2
            name: parent
            version: 1.0.0
            dependencies: [{ name: mining, version: 0.1.0, repository: "file://{{Repository.PathOf(Chart.Folder)}}", condition: mining.enabled }]
            """,
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(parent, "values.yaml"),
            "mining: { enabled: true, database: { kind: sqlite }, defaults: { replicas: 1 }, identity: { evaluation: true },"
            + " broker: { address: \"redis:6379\", authentication: none, tls: false } }",
            TestContext.Current.CancellationToken);
        Assert.Equal(0, (await cluster.Helm("dependency", "build", parent)).ExitCode);
        var answer = await cluster.Helm("install", "parent", parent, "--namespace", mesh.Namespace);
        Directory.Delete(parent, recursive: true);
        Assert.True(answer.ExitCode == 0, answer.Error);
        Assert.Equal(CodeModel.Services.Count, (await mesh.Deployments()).Count);
    }

    [Fact]
    public async Task A_warning_of_the_API_is_seen()
    {
        await using var mesh = await Installation.Create(cluster);
        var answer = await mesh.TryUpgrade([.. Chart.File("small"), "--set", "podSecurity.user=0", "--skip-schema-validation"]);
        Assert.Contains("runAsUser=0", answer.Error, StringComparison.Ordinal);
    }

    private static async Task AllServicesHavePods(Installation mesh) => Assert.Equal(
        CodeModel.Services.Order(StringComparer.Ordinal),
        (await mesh.PodsOfDeployments()).Select(pod => pod.Labels()["app.kubernetes.io/component"]).Distinct().Order(StringComparer.Ordinal));
}
