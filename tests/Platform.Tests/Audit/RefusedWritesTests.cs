// At stake: a refused write must be on record; a flood of refusals must neither fill the memory nor hide those of other callers; and no
// content of the request may be recorded. Tested on a real database with a clock that the test advances.
using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;
using Code = Google.Rpc.Code;

namespace Mining.Platform.Tests.Audit;

public sealed class RefusedWritesTests() : RefusedWritesSuite(TestStorage.Sqlite);

public sealed class RefusedWritesOnSqlServerTests() : RefusedWritesSuite(TestStorage.SqlServer);

public abstract class RefusedWritesSuite(TestStorage storage) : IAsyncDisposable
{
    private static readonly Refusal OtherSide = new(StatusCode.PermissionDenied, "OTHER_SIDE", "projects/one belongs to EU; us:b acts for US.");
    private static readonly Refusal NotAllowed = new(StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED", "us:b may not call it.");
    private static readonly Caller American = new("us:b") { Sides = ["US"], Roles = Roles.Officer };

    private readonly FakeTimeProvider time = new();
    private readonly LogLines<RefusedWrites> log = new();
    private readonly Task<TestService> starting = TestService.Start(storage: storage.SkipUnlessAvailable());

    [Fact]
    public async Task A_refusal_is_recorded_without_delaying_the_caller()
    {
        var (service, refused) = await Start();
        await refused.StartAsync(CancellationToken.None);
        refused.Note(American, "UpdateProject", new UpdateProjectRequest { Project = new() { Name = "projects/one" }, RequestId = "r", ValidateOnly = true }, OtherSide);
        await Eventually.True(
            async () =>
            {
                time.Advance(RefusedWrites.Interval);
                return (await AuditTrailSuite.Entries(service)).Count == 1;
            },
            TimeSpan.FromSeconds(20),
            () => "the refusal is not in the audit trail");
        var entry = Assert.Single(await AuditTrailSuite.Entries(service));
        Assert.Equal(("us:b", "UpdateProject", "r", "projects/one", true), (entry.Caller, entry.Method, entry.RequestId, entry.Resource, entry.ValidateOnly));
        Assert.Equal((Code.PermissionDenied, "OTHER_SIDE", OtherSide.Message), (entry.Code, entry.Reason, entry.Message));
        Assert.Equal((0, 0, 1), (entry.FirstSequence, entry.LastSequence, entry.CallCount));
        await refused.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Pending_refusals_are_written_at_shutdown()
    {
        var (service, refused) = await Start();
        await refused.StartAsync(CancellationToken.None);
        for (var i = 0; i < 300; i++)
            refused.Note(American with { Name = $"us:{i}" }, "CreateProject", null, OtherSide);
        await refused.StopAsync(CancellationToken.None);
        Assert.Equal(300, (await AuditTrailSuite.Entries(service)).Count);
    }

    [Fact]
    public async Task A_flood_by_one_caller_is_counted_and_other_callers_refusals_are_kept()
    {
        var (service, refused) = await Start();
        for (var i = 0; i < 10_000; i++)
            refused.Note(American, i % 2 == 0 ? "CreateProject" : "UpdateProject", new CreateProjectRequest { ProjectId = $"p-{i}" }, i % 3 == 0 ? OtherSide : NotAllowed);
        refused.Note(American with { Name = "us:c" }, "ChangeStage", null, OtherSide);
        time.Advance(TimeSpan.FromMinutes(1));
        while (await refused.Flush(CancellationToken.None))
        {
        }

        var entries = await AuditTrailSuite.Entries(service);
        var own = entries.Where(entry => entry.Caller == "us:b").ToList();
        Assert.Equal(10_000, own.Sum(entry => entry.CallCount));
        Assert.Equal(RefusedWrites.EntriesPerMinute + 4, own.Count);
        Assert.All(own.Where(entry => entry.CallCount > 1), entry => Assert.Equal(("", "", ""), (entry.RequestId, entry.Resource, entry.Message)));
        Assert.Single(entries, entry => entry.Caller == "us:c");

        // A new minute resets the limit.
        refused.Note(American, "CreateProject", new CreateProjectRequest { ProjectId = "again" }, OtherSide);
        await refused.Flush(CancellationToken.None);
        Assert.Equal("projects/again", (await AuditTrailSuite.Entries(service))[0].Resource);
    }

    [Fact]
    public async Task Dropped_refusals_are_counted_and_logged()
    {
        var lost = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, observed) =>
            {
                if (instrument.Name == "mining.audit.lost")
                    observed.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref lost, count));
        listener.Start();
        var (service, refused) = await Start();
        for (var i = 0; i < RefusedWrites.MaxPending + 100; i++)
            refused.Note(American with { Name = $"us:{i}" }, "CreateProject", null, OtherSide);
        Assert.InRange(Interlocked.Read(ref lost), 100, long.MaxValue);

        await refused.Flush(CancellationToken.None);
        Assert.Equal(RefusedWrites.MaxBatchSize, (await AuditTrailSuite.Entries(service)).Count);
        Assert.Contains(log.Lines, line => line.Contains("100 refused writes are missing from the audit trail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusals_are_kept_until_a_failing_database_recovers()
    {
        var (service, refused) = await Start();
        await service.Tamper("CREATE TRIGGER no_more BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no more'); END");
        refused.Note(American, "CreateProject", null, OtherSide);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => refused.Flush(CancellationToken.None));
        await service.Tamper("DROP TRIGGER no_more");
        await refused.Flush(CancellationToken.None);
        Assert.Single(await AuditTrailSuite.Entries(service));
    }

    [Fact]
    public void No_content_of_a_request_is_recorded()
    {
        var request = new CreateCommitmentRequest
        {
            CommitmentId = "secret value of 12 345 678.90 EUR",
            RequestId = "line\nbreak",
            Commitment = new Commitment { Name = "' OR 1=1", Amount = new() { CurrencyCode = "EUR", Units = 12_345_678 } },
        };
        var refusal = Refusal.Invalid("commitment.amount", "is 12345678.901 EUR, finer than a cent.");
        Assert.Equal(("", ""), (RefusedRequest.RequestIdOf(request), RefusedRequest.ResourceOf(request, refusal)));
        Assert.Equal("Invalid fields: commitment.amount.", RefusedRequest.MessageOf(refusal));
        var precondition = Refusal.Precondition("DISBURSED_MORE_THAN_COMMITTED", "commitments/one", "12 345 678 EUR would have been paid on 7 EUR.");
        Assert.Equal("Failed preconditions: DISBURSED_MORE_THAN_COMMITTED of commitments/one.", RefusedRequest.MessageOf(precondition));
        Assert.InRange(RefusedRequest.MessageOf(OtherSide with { Message = new string('x', 10_000) }).Length, 1, RefusedRequest.MaxMessageLength);

        Assert.Equal("commitments/one", RefusedRequest.ResourceOf(new SignCommitmentRequest { Name = "commitments/one" }, refusal));
        Assert.Equal("commitments/two", RefusedRequest.ResourceOf(new CreateCommitmentRequest { CommitmentId = "two" }, refusal));
        Assert.Equal("projects/three", RefusedRequest.ResourceOf(new UpdateProjectRequest { Project = new() { Name = "projects/three" } }, refusal));
        Assert.Equal("projects/four", RefusedRequest.ResourceOf(new RedriveChangesRequest(), Refusal.NotFound("mining/Project", "projects/four")));
    }

    public async ValueTask DisposeAsync()
    {
        await (await starting).DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<(TestService Service, RefusedWrites Refused)> Start()
    {
        var service = await starting;
        return (service, new RefusedWrites(service.Committer, time, log));
    }
}
