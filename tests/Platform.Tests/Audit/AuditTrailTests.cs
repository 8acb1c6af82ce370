// At stake: every accepted write must be attributed to its caller, and nothing else to anybody. The tests read the audit rows directly from
// the database, beside the changes they describe.
using System.Data.Common;
using Google.Rpc;
using Mining.Changes.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Audit;

public sealed class AuditTrailTests() : AuditTrailSuite(TestStorage.Sqlite);

public sealed class AuditTrailOnSqlServerTests() : AuditTrailSuite(TestStorage.SqlServer);

public abstract class AuditTrailSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private static readonly Caller Officer = new("eu:a.meyer") { Sides = ["EU"], Organisation = "A\nministry", Roles = Roles.Officer | Roles.Board };

    [Fact]
    public async Task An_accepted_write_has_an_audit_entry_with_the_hash_of_its_change()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/before");
        await service.Committer.Run(
            new Command(Officer, "ChangeStage", "request-7", new byte[32], ValidateOnly: false),
            async work =>
            {
                await TestService.Write(work, "projects/one", "a");
                return await TestService.Write(work, "projects/two", "b");
            },
            CancellationToken.None);

        var entry = (await Entries(service))[0];
        var change = (await service.Changes())[^1];
        Assert.Equal(("projects", "eu:a.meyer", "ChangeStage", "request-7"), (entry.Source, entry.Caller, entry.Method, entry.RequestId));
        Assert.Equal(["EU"], entry.Sides);
        Assert.Equal(["officer", "board"], entry.Roles);
        Assert.Equal("A ministry", entry.Organisation);
        Assert.Equal((Code.Ok, "", 1), (entry.Code, entry.Reason, entry.CallCount));
        Assert.Equal(("projects/one", 2, 3), (entry.Resource, entry.FirstSequence, entry.LastSequence));
        Assert.Equal(change.Hash, entry.Hash);
        Assert.Equal(change.CommitTime, entry.EntryTime);
    }

    [Fact]
    public async Task A_write_without_a_change_is_audited_too()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Run(_ => Task.FromResult(new Project()));
        var entry = Assert.Single(await Entries(service));
        Assert.Equal((0, 0, true), (entry.FirstSequence, entry.LastSequence, entry.Hash.IsEmpty));
    }

    [Fact]
    public async Task Validated_refused_and_repeated_commands_add_no_accepted_entry()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/one", requestId: "r");
        await service.Put("projects/one", requestId: "r");
        await service.Put("projects/two", validateOnly: true);
        await Assert.ThrowsAsync<RefusedException>(() => service.PutAndRefuse("projects/three"));
        Assert.Equal(["projects/one"], (await Entries(service)).Select(entry => entry.Resource));
    }

    [Theory]
    [InlineData("audit_entry")]
    [InlineData("change_log")]
    public async Task A_change_and_its_audit_entry_are_atomic(string table)
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/one");
        await service.Tamper($"CREATE UNIQUE INDEX no_more ON {table} (method)");
        await Assert.ThrowsAnyAsync<DbException>(() => service.Put("projects/two"));
        Assert.Single(await service.Changes());
        Assert.Single(await Entries(service));
        await service.Tamper(storage == TestStorage.Sqlite ? "DROP INDEX no_more" : $"DROP INDEX no_more ON {table}");
        await service.Put("projects/two");
        Assert.Equal((await service.Changes()).Select(change => change.Hash), (await Entries(service)).Select(entry => entry.Hash).Reverse());
    }

    [Fact]
    public async Task Each_filter_returns_only_matching_entries()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/one", caller: "eu:a");
        await service.Put("projects/two", caller: "eu:b");
        await service.Committer.Maintain(
            (connection, transaction) => AuditTrail.Write(connection, transaction, AuditRow.Of(Officer, "CreateProject", service.Time.GetUtcNow()) with
            {
                Code = (long)Code.PermissionDenied,
                Reason = "OTHER_SIDE",
                Resource = "projects/one",
            }),
            CancellationToken.None);
        var all = await Entries(service);
        Assert.Equal(["eu:a.meyer", "eu:b", "eu:a"], all.Select(entry => entry.Caller));

        await Has(new() { Caller = "eu:a" }, 2);
        await Has(new() { Side = "EU" }, 0);
        await Has(new() { Side = "E" });
        await Has(new() { Method = "Put" }, 1, 2);
        await Has(new() { Outcome = AuditOutcome.Accepted }, 1, 2);
        await Has(new() { Outcome = AuditOutcome.Refused }, 0);
        await Has(new() { Reason = "OTHER_SIDE" }, 0);
        await Has(new() { Resource = "projects/one" }, 0, 2);
        await Has(new() { Resource = "projects/one", Outcome = AuditOutcome.Accepted }, 2);
        await Has(new() { FromTime = all[1].EntryTime, ToTime = all[0].EntryTime }, [.. Enumerable.Range(1, 2).Where(i => all[i].EntryTime >= all[1].EntryTime && all[i].EntryTime < all[0].EntryTime)]);
        await Has(new() { ToTime = all[2].EntryTime });

        var trail = new AuditTrail(service.Database, service.Log);
        Assert.Equal([all[0]], await trail.List(new(), ["US", "EU"], long.MaxValue, 10, CancellationToken.None));
        Assert.Empty(await trail.List(new(), ["US"], long.MaxValue, 10, CancellationToken.None));
        Assert.Equal([all[1]], await trail.List(new(), null, all[0].EntryId, 1, CancellationToken.None));

        async Task Has(ListAuditEntriesRequest filter, params int[] expected) =>
            Assert.Equal(expected.Select(i => all[i]), await new AuditTrail(service.Database, service.Log).List(filter, null, long.MaxValue, 10, CancellationToken.None));
    }

    internal static Task<IReadOnlyList<AuditEntry>> Entries(TestService service) =>
        new AuditTrail(service.Database, service.Log).List(new(), null, long.MaxValue, 10_000, CancellationToken.None);
}
