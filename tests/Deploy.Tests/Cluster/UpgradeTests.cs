// At stake: an installation that can no longer be changed. Each values file must upgrade to each other one and roll back, and an upgrade
// without changes must restart nothing.
using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests.Cluster;

public sealed class UpgradeTests(ControlPlane cluster)
{
    /// <summary>Takes the number of replicas back from the autoscaler, as README.md says ("Upgrades"). Helm keeps ten revisions by default.</summary>
    private static readonly string[] TakeReplicas = ["--force-conflicts", "--history-max", "20"];

    public static TheoryData<string> ValuesFiles() => [.. Chart.ValuesFiles];

    [Fact]
    public async Task Every_values_file_is_upgraded_to_every_other_and_rolled_back()
    {
        await using var mesh = await Installation.Create(cluster);
        // Each pair in each direction once.
        string[] tour = ["small", "standard", "high-availability", "small", "high-availability", "standard", "small"];
        foreach (var values in tour)
        {
            await DeleteAutoscalers(mesh);
            // A deployment that changes to Recreate during a rolling update never ends, in Kubernetes itself: the one before has to.
            if (values == "small")
                await mesh.PodsOfDeployments();
            await mesh.Upgrade([.. Chart.File(values), .. TakeReplicas, "--no-hooks"]);
            await mesh.PodsOfDeployments(all: false);
            await IsWhatTheValuesSay(mesh, values);
        }

        // Backwards: each pair again, by rollback.
        for (var revision = tour.Length - 1; revision > 0; revision--)
        {
            await DeleteAutoscalers(mesh);
            await mesh.Helm("rollback", [$"{revision}", .. TakeReplicas]);
            await IsWhatTheValuesSay(mesh, tour[revision - 1]);
        }
    }

    private static async Task IsWhatTheValuesSay(Installation mesh, string values)
    {
        var replicas = values switch { "small" => 1, "standard" => 2, _ => 3 };
        Assert.Equal([replicas, replicas, replicas, replicas], (await mesh.Deployments()).Select(deployment => deployment.Spec.Replicas ?? 1));
        var scalers = (await mesh.Objects()).Count(made => made.StartsWith("horizontalpodautoscaler", StringComparison.Ordinal));
        Assert.Equal(values == "high-availability" ? CodeModel.Services.Count : 0, scalers);
    }

    private async Task DeleteAutoscalers(Installation mesh)
    {
        var answer = await cluster.Kubectl("delete", "hpa", "--all", "--namespace", mesh.Namespace);
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    public async Task A_volume_claim_outlives_a_change_of_the_database_and_its_rollback(string storageClass)
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade([.. Chart.File("small"), "--set", $"database.storageClassName={storageClass}"]);
        var claims = await Claims();
        await mesh.Upgrade([.. Chart.File("standard"), "--no-hooks"]);
        await mesh.Upgrade([.. Chart.File("high-availability"), "--no-hooks"]);
        await mesh.Helm("rollback", ["1", .. TakeReplicas]);
        Assert.Equal(claims, await Claims());
        Assert.Equal(CodeModel.Services.Count, claims.Count);

        async Task<List<string>> Claims() => [.. (await cluster.Client.CoreV1.ListNamespacedPersistentVolumeClaimAsync(mesh.Namespace)).Items
            .Select(claim => $"{claim.Name()} {claim.Uid()} {claim.Spec.StorageClassName}").Order(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task An_upgrade_without_a_change_changes_nothing(string values)
    {
        await using var mesh = await Installation.Create(cluster);
        await mesh.Upgrade([.. Chart.File(values), "--no-hooks"]);
        await mesh.PodsOfDeployments();
        var before = await Generations();
        await mesh.Upgrade([.. Chart.File(values), "--no-hooks"]);
        Assert.Equal(before, await Generations());

        async Task<string> Generations() => (await cluster.Kubectl(
            "get", Installation.Kinds, "--namespace", mesh.Namespace, "--output", "custom-columns=kind:.kind,name:.metadata.name,generation:.metadata.generation"))
            .Output;
    }
}
