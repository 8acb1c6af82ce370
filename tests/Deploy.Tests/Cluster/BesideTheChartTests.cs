// At stake: what a cluster needs beside the chart. A real API server must accept each folder of k8s unchanged.
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests.Cluster;

public sealed class BesideTheChartTests(ControlPlane cluster)
{
    [Theory]
    [MemberData(nameof(KustomizeTests.Folders), MemberType = typeof(KustomizeTests))]
    public async Task Every_folder_is_accepted_without_a_warning(string folder)
    {
        await cluster.Ready();
        var built = await cluster.Kubectl("kustomize", folder);
        Assert.True(built.ExitCode == 0, built.Error);
        // A dry run makes no namespaces, and refuses what would be in them.
        foreach (var space in built.Output.Split('\n').Where(line => line.StartsWith("  namespace: ", StringComparison.Ordinal)).Select(line => line["  namespace: ".Length..]).Distinct())
            await cluster.Kubectl("create", "namespace", space);
        var answer = await cluster.Kubectl("apply", "--dry-run=server", "--server-side", "-k", folder);
        Assert.True(answer.ExitCode == 0, answer.Error);
        Assert.Equal("", answer.Error);
    }
}
