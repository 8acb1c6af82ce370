// At stake: every refusal is on record, even if the service stops and however many there are. On a real process that is stopped and
// restarted.
using Grpc.Core;
using Mining.Changes.V1;
using Mining.LocalMesh.Identity;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Access;

public sealed class RefusedWriteTests() : RefusedWriteSuite(TestStorage.Sqlite);

public sealed class RefusedWriteOnSqlServerTests() : RefusedWriteSuite(TestStorage.SqlServer);

public abstract class RefusedWriteSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    [Fact]
    public async Task Refusals_before_a_stop_are_on_record_after_the_restart()
    {
        await using var projects = new ServiceProcess("projects", storage: storage);
        await projects.Start();
        using (var board = TestIssuer.Channel(projects.Address, Persona.All.Single(persona => persona.Name == "board")))
            await Refused.By(() => Projects(board).CreateProjectAsync(new() { ProjectId = "late" }).ResponseAsync, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
        await projects.Stop();
        await projects.Start();
        var entry = Assert.Single(await List(projects.Channel, new() { Outcome = AuditOutcome.Refused }));
        Assert.Equal("projects/late", entry.Resource);
    }

    [Fact]
    public async Task A_flood_of_refused_writes_is_counted_and_other_writes_proceed()
    {
        await using var projects = new ServiceProcess("projects", storage: storage);
        await projects.Start();
        using var flooder = TestIssuer.Channel(projects.Address, Persona.All.Single(persona => persona.Name == "board"));
        const int floods = 1_500;
        var flood = Task.WhenAll(Enumerable.Range(0, floods).Select(async i => await Refused.By(
            () => Projects(flooder).CreateProjectAsync(new() { ProjectId = $"f-{i}" }).ResponseAsync, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED")));
        for (var i = 0; i < 20; i++)
            await Projects(projects.Channel).CreateProjectAsync(new() { ProjectId = $"p-{i}", Project = Mine() });
        await flood;
        await projects.Stop(); // shutdown writes what is only counted so far
        await projects.Start();
        var refused = await List(projects.Channel, new() { Outcome = AuditOutcome.Refused });
        Assert.Equal(floods, refused.Sum(entry => entry.CallCount));
        Assert.InRange(refused.Count, 1, 2 * (Platform.Audit.RefusedWrites.EntriesPerMinute + 1)); // two minutes at most
        Assert.Equal(20, (await List(projects.Channel, new() { Outcome = AuditOutcome.Accepted })).Count);
    }

    private static ProjectService.ProjectServiceClient Projects(ChannelBase channel) => new(channel);

    private static Project Mine() => new() { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining } };

    private static async Task<IReadOnlyList<AuditEntry>> List(ChannelBase channel, ListAuditEntriesRequest request) =>
        [.. (await new AuditService.AuditServiceClient(channel).ListAuditEntriesAsync(request)).AuditEntries];
}
