// At stake: helm test must prove that writes arrive and shares are answered, on an installation with real money, and leave all figures
// unchanged. The exact arguments and files of the chart's pods run against a mesh of real processes.
using k8s.Models;
using Mining.Deploy.Tests.Support;
using Mining.LocalMesh.Identity;
using Mining.Testing;

namespace Mining.Deploy.Tests;

public sealed class HelmTestTests
{
    private const string TokenFile = "/var/run/secrets/mining/token";

    [Fact]
    public async Task Helm_test_writes_and_reads_without_changing_a_figure()
    {
        var rendered = await Chart.Of("standard");
        var folder = Directory.CreateTempSubdirectory("mining-helm-test-").FullName;
        foreach (var (name, text) in rendered.All<V1ConfigMap>().Single(map => map.Metadata.Name.EndsWith("-test", StringComparison.Ordinal)).Data)
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);
        // The test's service account stands for an officer of one side, and for nothing more.
        var token = Path.Combine(folder, "token");
        await File.WriteAllTextAsync(token, TestIssuer.Shared.TokenFor(Persona.All.Single(persona => persona.Name == "eu-officer")), TestContext.Current.CancellationToken);
        await using var mesh = new MeshProcesses();
        await mesh.Start();
        var before = await mesh.Portfolio.GetPortfolioSummaryAsync(new());

        var jobs = rendered.All<V1Job>().Where(job => job.Annotations()["helm.sh/hook"] == "test")
            .OrderBy(job => job.Annotations()["helm.sh/hook-weight"], StringComparer.Ordinal).ToList();
        Assert.Equal(["write", "read", "shares"], jobs.Select(job => job.Name().Split('-')[^1]));
        foreach (var job in jobs)
        {
            await Run(job);
            await mesh.CaughtUp();
        }

        var written = await mesh.LastSequence("investors");
        await Run(jobs[0]);
        Assert.Equal(written, await mesh.LastSequence("investors"));
        Assert.True(written > 1);
        var after = await mesh.Portfolio.GetPortfolioSummaryAsync(new());
        Assert.Equal(before.AllProjects, after.AllProjects);
        Assert.Equal(before.JointProjects, after.JointProjects);
        Directory.Delete(folder, recursive: true);

        async Task Run(V1Job job)
        {
            var answer = await Tool.Run(
                "dotnet",
                MiningProgram.Arguments(
                    job.Spec.Template.Spec.Containers[0].Args.Select(argument => argument switch { "/data" => folder, TokenFile => token, _ => argument })),
                new Dictionary<string, string> { ["MINING_ADDRESS"] = mesh.Gateway.Address });
            Assert.True(answer.ExitCode == 0, $"{job.Name()}: {answer.Output}{answer.Error}");
        }
    }
}
