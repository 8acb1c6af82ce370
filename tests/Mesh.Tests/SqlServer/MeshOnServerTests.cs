// At stake: the mesh behaves the same on the production database. The whole mesh runs as processes with the sample; all are killed and
// restarted; acknowledged writes exist, and every share is recomputed and compared. The same test runs on SQLite, so that without a server
// at least the test itself is checked.
using Mining.Cli.Shell;
using Mining.Mesh.Tests.SampleFigures;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.SqlServer;

public sealed class MeshOnSqliteTests() : MeshOnServerSuite(TestStorage.Sqlite);

public sealed class MeshOnSqlServerTests() : MeshOnServerSuite(TestStorage.SqlServer);

public abstract class MeshOnServerSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    [Fact]
    public async Task The_mesh_verifies_before_and_after_a_kill_of_all_services()
    {
        await using var mesh = new MeshProcesses(storage: storage);
        await mesh.Start();
        await SampleMesh.Import(mesh, SampleMesh.SampleFolder);
        await Verify(mesh);

        var created = await mesh.ProjectsClient.CreateProjectAsync(new()
        {
            ProjectId = "written-before-the-kill",
            RequestId = "once",
            Project = new Project { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining } },
        });
        foreach (var service in mesh.Services)
            await service.Kill();
        foreach (var service in mesh.Services)
            await service.Start();
        Assert.Equal(created, await mesh.ProjectsClient.GetProjectAsync(new() { Name = created.Name }));
        await mesh.CaughtUp();
        await Verify(mesh);
    }

    private static async Task Verify(MeshProcesses mesh)
    {
        using var report = new StringWriter();
        var code = await MiningCommandLine.Run(
            ["verify", "--address", mesh.Gateway.Address], CommandContext.ForCurrentProcess() with { Output = report, Error = report });
        Assert.True(code == 0, $"mining verify exited with {code}:\n{report}\n{mesh.Tail}");
    }
}
