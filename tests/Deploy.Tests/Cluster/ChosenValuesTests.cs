// At stake: the cluster must get what the operator chose. Every set of values is installed into a real API server; autoscaling, release
// names and repeated upgrades are tested there.
using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests.Cluster;

public sealed class ChosenValuesTests(ControlPlane cluster)
{
    private static readonly string[] NoMigration = ["--set", "migration.enabled=false"];

    /// <summary>Sets whose kinds the CRDs cover; the Gateway API's BackendTLSPolicy is not among them.</summary>
    public static TheoryData<string> InstallableSets() => [.. Chart.SetNames.Where(set => set != "TLS behind ingress and route")];

    [Theory]
    [MemberData(nameof(InstallableSets))]
    public async Task Every_set_of_values_is_installed_without_a_warning(string set)
    {
        await using var mesh = await Installation.Create(cluster);
        // The migrations' objects are those of every values file, which are installed with them.
        await mesh.Upgrade([.. Chart.ArgumentsOf(set), .. NoMigration]);
    }

    [Theory]
    [InlineData("a-mesh-of-a-name-as-long-as-helm-lets-a-release-have--")]
    [InlineData("mesh.eu")]
    [InlineData("2nd")]
    public async Task A_release_of_any_name_is_installed(string release)
    {
        release = release[..Math.Min(release.Length, 53)].TrimEnd('-');
        await using var mesh = await Installation.Create(cluster);
        var fullName = release.All(letter => letter is '-' or (>= 'a' and <= 'z')) ? "" : "mesh";
        var answer = await cluster.Helm(
            ["install", release, Chart.Folder, "--namespace", mesh.Namespace, .. Chart.File("high-availability"), "--set", $"fullnameOverride={fullName}"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        Assert.Equal("", answer.Error);
    }

    [Fact]
    public async Task An_autoscaled_service_begins_with_its_minimum()
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade([.. Chart.File("high-availability"), .. NoMigration]);
        // One generation: it never was anything else, and no autoscaler had to raise it.
        Assert.All(await mesh.Deployments(), deployment => Assert.Equal((3, 1), (deployment.Spec.Replicas, deployment.Metadata.Generation)));
    }

    [Fact]
    public async Task Turning_autoscaling_on_never_removes_a_replica()
    {
        await using var mesh = await Installation.Create(cluster);
        string[] standard = [.. Chart.File("standard"), .. NoMigration];
        string[] scaled = [.. Chart.File("high-availability"), .. NoMigration];
        await mesh.Upgrade(standard);
        await mesh.PodsOfDeployments();
        await mesh.Upgrade(scaled);
        Assert.All(await mesh.Deployments(), deployment => Assert.Equal((3, 2), (deployment.Spec.Replicas, deployment.Metadata.Generation)));
        await mesh.PodsOfDeployments();

        // What the autoscaler chose stays through an upgrade.
        await ScaleAsTheAutoscalerDoes(mesh, 5);
        await mesh.Upgrade([.. scaled, "--set-string", "image.tag=2"]);
        Assert.Equal([5, 5, 5, 5], (await mesh.Deployments()).Select(deployment => deployment.Spec.Replicas ?? 1));
        Assert.All(await mesh.Deployments(), deployment => Assert.Equal(4, deployment.Metadata.Generation));

        // Off, as the chart's README says it, and back to it again.
        var removed = await cluster.Kubectl("delete", "hpa", "--all", "--namespace", mesh.Namespace);
        Assert.True(removed.ExitCode == 0, removed.Error);
        await mesh.Upgrade([.. standard, "--force-conflicts"]);
        Assert.Equal([2, 2, 2, 2], (await mesh.Deployments()).Select(deployment => deployment.Spec.Replicas ?? 1));
        await mesh.Helm("rollback", "2");
        Assert.Equal([3, 3, 3, 3], (await mesh.Deployments()).Select(deployment => deployment.Spec.Replicas ?? 1));
        Assert.All(await mesh.Deployments(), deployment => Assert.Equal(6, deployment.Metadata.Generation));
    }

    [Fact]
    public async Task An_upgrade_leaves_a_migration_that_still_runs_alone()
    {
        await using var mesh = await Installation.Create(cluster);
        cluster.Kubelet.HoldIn(mesh.Namespace);
        var waited = await mesh.TryUpgrade([.. Chart.File("standard"), "--timeout", "5s"]);
        Assert.NotEqual(0, waited.ExitCode);
        var running = Assert.Single((await cluster.Client.BatchV1.ListNamespacedJobAsync(mesh.Namespace)).Items);
        Assert.Equal(1, running.Status.Active);
        cluster.Kubelet.SucceedIn(mesh.Namespace);
        await mesh.Upgrade(Chart.File("standard"));
        var still = Assert.Single((await cluster.Client.BatchV1.ListNamespacedJobAsync(mesh.Namespace)).Items);
        Assert.Equal((running.Uid(), 1), (still.Uid(), still.Status.Active));
    }

    [Theory]
    [InlineData("database.volumeSize=4Gi", "database.volumeSize is 4Gi, but volume claim mesh-gateway has 8Gi: a volume cannot shrink.")]
    [InlineData("database.storageClassName=slow", "database.storageClassName is 'slow', but volume claim mesh-gateway has 'fast': a storage class cannot change.")]
    [InlineData("database.storageClassName=", "database.storageClassName is '', but volume claim mesh-gateway has 'fast': a storage class cannot change.")]
    [InlineData("fullnameOverride=other", "The names cannot change: the release's data is in volume claim mesh-gateway, and services named other-… would start with empty volumes. Restore fullnameOverride and nameOverride.")]
    [InlineData("nameOverride=other", "nameOverride cannot change: the selectors of the existing deployments contain the name 'mining'. Restore the previous value.")]
    public async Task What_an_upgrade_cannot_change_is_refused_before_it_begins(string changed, string sentence)
    {
        await using var mesh = await Installation.Create(cluster);
        string[] installed = [.. Chart.File("small"), "--set", "fullnameOverride=mesh,database.storageClassName=fast"];
        await mesh.Upgrade(installed);
        var refused = await mesh.TryUpgrade([.. installed, "--set", changed]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        Assert.Single((await cluster.Client.CoreV1.ListNamespacedSecretAsync(mesh.Namespace, labelSelector: "owner=helm")).Items);
        await mesh.Upgrade(installed);
    }

    private static async Task ScaleAsTheAutoscalerDoes(Installation mesh, int replicas)
    {
        foreach (var deployment in await mesh.Deployments())
        {
            await mesh.Cluster.Client.AppsV1.PatchNamespacedDeploymentScaleAsync(
                new V1Patch(new { spec = new { replicas } }, V1Patch.PatchType.MergePatch), deployment.Name(), mesh.Namespace,
                fieldManager: "kube-controller-manager");
        }
    }
}
