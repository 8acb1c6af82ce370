using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Mining.Changes.V1;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;

namespace Mining.Cli.Tests;

// At stake: an auditor must see every attempted write, refused ones included, in one order over all services.
public sealed class AuditTests : IAsyncLifetime
{
    private FakeGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await FakeGateway.Start();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task The_audit_trails_of_all_services_are_merged_newest_first()
    {
        gateway.Audit.Entries = request => new()
        {
            AuditEntries = { Entries.Where(entry => entry.Source == request.Source) },
        };

        var run = await CommandRun.At(gateway, "audit");

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        var lines = run.Lines;
        string[] inOrder = ["us:b (US)", "refining ReserveCapacity", "refused: OTHER_SIDE, 7", "eu:a (EU)", "change 12", "changes 3 to 5"];
        var at = inOrder.Select(text => lines.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.True(at.TrueForAll(index => index >= 0), lines);
        Assert.Equal(at.Order(), at);
        Assert.Contains("3 entries; 7 calls refused.", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_are_sent_to_the_service_and_no_more_entries_are_read_than_asked_for()
    {
        gateway.Audit.Entries = _ => new() { AuditEntries = { Entries[0], Entries[0] }, NextPageToken = "more" };

        var run = await CommandRun.At(
            gateway, "audit", "--source", "investors", "--caller", "eu:a", "--side", "eu", "--method", "SignCommitment", "--outcome", "refused",
            "--reason", "OTHER_SIDE", "--resource", "commitments/x", "--from", "2026-03-01", "--to", "2026-04-01", "--top", "3", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        var request = gateway.Audit.Requests[0];
        Assert.Equal(
            new ListAuditEntriesRequest
            {
                Source = "investors",
                Caller = "eu:a",
                Side = "EU",
                Method = "SignCommitment",
                Outcome = AuditOutcome.Refused,
                Reason = "OTHER_SIDE",
                Resource = "commitments/x",
                FromTime = At(2026, 3, 1),
                ToTime = At(2026, 4, 1),
                PageSize = 3,
            },
            request);
        Assert.Equal(new ListAuditEntriesRequest(request) { PageToken = "more" }, gateway.Audit.Requests[1]);
        Assert.Equal(2, gateway.Audit.Requests.Count);
        var pages = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ListAuditEntriesResponse.Parser.ParseJson);
        Assert.Equal([2, 1], pages.Select(page => page.AuditEntries.Count));
    }

    [Fact]
    public async Task A_service_without_an_audit_trail_is_refused_by_name()
    {
        var run = await CommandRun.At(gateway, "audit", "--source", "gateway");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }

    private static AuditEntry[] Entries { get; } =
    [
        new()
        {
            Source = "projects", EntryId = 1, EntryTime = At(2026, 3, 2), Caller = "eu:a", Sides = { "EU" }, Method = "ChangeStage", Resource = "projects/p",
            FirstSequence = 12, LastSequence = 12, CallCount = 1,
        },
        new()
        {
            Source = "investors", EntryId = 8, EntryTime = At(2026, 3, 1), Caller = "service:investors", Method = "ConfigurePartnership",
            FirstSequence = 3, LastSequence = 5, CallCount = 1,
        },
        new()
        {
            Source = "refining", EntryId = 4, EntryTime = At(2026, 3, 3), LastTime = At(2026, 3, 4), Caller = "us:b", Sides = { "US" }, Method = "ReserveCapacity",
            Code = Code.PermissionDenied, Reason = "OTHER_SIDE", CallCount = 7,
        },
    ];

    private static Timestamp At(int year, int month, int day) => new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).ToTimestamp();
}
