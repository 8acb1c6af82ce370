// At stake: "I did not do that", and "nobody tried". People of both sides make accepted and refused writes over the real wire; then each of
// them reads the audit trail, and the databases are searched for contents of the refused requests.
using System.Text;
using Google.Rpc;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.LocalMesh.Identity;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Access;

public sealed class AuditTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>
{
    private const string Canary = "canary-of-a-refused-request";
    private const long CanaryAmount = 98_765_432_123;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Auditors_see_every_write_and_other_callers_those_of_their_own_side()
    {
        using var european = As("eu-officer");
        using var american = As("us-officer");
        using var board = As("board");
        var made = await Projects(european).CreateProjectAsync(new() { ProjectId = "audited", RequestId = "audited-1", Project = Mine() });
        await Projects(european).CreateProjectAsync(new() { ProjectId = "audited", RequestId = "audited-1", Project = Mine() });
        await Projects(european).UpdateProjectAsync(new() { Project = new Project { Name = made.Name, Operator = "Nobody" }, ValidateOnly = true });
        var update = new UpdateProjectRequest { Project = new Project { Name = made.Name, Operator = Canary } };
        await Refused.By(() => Projects(american).UpdateProjectAsync(update).ResponseAsync, StatusCode.PermissionDenied, "OTHER_SIDE");
        await Refused.By(() => Projects(board).UpdateProjectAsync(update).ResponseAsync, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
        var invalid = update.Clone();
        invalid.Project.CapitalCost = new() { CurrencyCode = Canary, Units = CanaryAmount };
        await Refused.By(() => Projects(european).UpdateProjectAsync(invalid).ResponseAsync, StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(
            () => Projects(european).CreateProjectAsync(new() { ProjectId = "audited", Project = Mine() }).ResponseAsync, StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");

        using var auditor = As("auditor");
        var all = await Until(auditor, new() { Source = "projects", Resource = made.Name }, count: 5);
        Assert.Equal(
            ["CreateProject RESOURCE_ALREADY_EXISTS", "UpdateProject INVALID_FIELDS", "UpdateProject ROLE_NOT_ALLOWED", "UpdateProject OTHER_SIDE", "CreateProject "],
            all.Select(entry => $"{entry.Method} {entry.Reason}"));
        var accepted = all[^1];
        Assert.Equal((Code.Ok, "audited-1", "EU"), (accepted.Code, accepted.RequestId, Assert.Single(accepted.Sides)));
        using var feed = new ChangeFeedService.ChangeFeedServiceClient(auditor).ReadChanges(new() { Source = "projects", AfterSequence = accepted.FirstSequence - 1 });
        await feed.ResponseStream.MoveNext(CancellationToken.None);
        var change = feed.ResponseStream.Current.Changes[0];
        Assert.Equal((made.Name, change.Hash, change.Actor), (change.Resource, accepted.Hash, accepted.Caller));

        // Each side sees its own, and cannot ask for the other's.
        Assert.Equal([all[0], all[1], all[4]], await List(european, new() { Source = "projects", Resource = made.Name }));
        Assert.Equal([all[3]], await List(american, new() { Source = "projects", Resource = made.Name }));
        await Refused.By(() => List(american, new() { Source = "projects", Side = "EU" }), StatusCode.PermissionDenied, "OTHER_SIDE");
        Assert.Equal([all[3]], await List(auditor, new() { Source = "projects", Resource = made.Name, Side = "US" }));

        // A page token of an auditor is not valid for an officer.
        var page = await new AuditService.AuditServiceClient(auditor).ListAuditEntriesAsync(new() { Source = "projects", PageSize = 1 });
        await Refused.By(
            () => new AuditService.AuditServiceClient(european).ListAuditEntriesAsync(new() { Source = "projects", PageSize = 1, PageToken = page.NextPageToken }).ResponseAsync,
            StatusCode.InvalidArgument,
            "INVALID_FIELDS");

        foreach (var file in Directory.EnumerateFiles(matrix.Mesh.Projects.Folder, "*.db*"))
        {
            var written = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain(Canary, written, StringComparison.Ordinal);
            Assert.DoesNotContain($"{CanaryAmount}", written, StringComparison.Ordinal);
        }
    }

    private static ProjectService.ProjectServiceClient Projects(ChannelBase channel) => new(channel);

    private static Project Mine() => new() { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining } };

    private static async Task<IReadOnlyList<AuditEntry>> List(ChannelBase channel, ListAuditEntriesRequest request) =>
        [.. (await new AuditService.AuditServiceClient(channel).ListAuditEntriesAsync(request)).AuditEntries];

    private Grpc.Net.Client.GrpcChannel As(string persona) =>
        TestIssuer.Channel(matrix.Mesh.Gateway.Address, Persona.All.Single(known => known.Name == persona));

    private static async Task<IReadOnlyList<AuditEntry>> Until(ChannelBase channel, ListAuditEntriesRequest request, int count)
    {
        IReadOnlyList<AuditEntry> entries = [];
        await Eventually.True(
            async () => (entries = await List(channel, request)).Count >= count,
            Timeout,
            () => $"{entries.Count} entries, not {count}: {string.Join('\n', entries)}");
        return entries;
    }
}
