using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Testing;

namespace Mining.Mesh.Tests.Kills;

/// <summary>Compares the settled state with the answers that clients got. Reports everything that is wrong.</summary>
internal sealed class Aftermath(MeshProcesses mesh, IReadOnlyList<Write> writes)
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(ProjectService.Descriptor.File, InvestorService.Descriptor.File, RefiningService.Descriptor.File);

    private readonly List<string> problems = [];
    private readonly Dictionary<string, IMessage> latest = new(StringComparer.Ordinal);

    /// <summary>The number of changes in the three logs.</summary>
    public int ChangeCount { get; private set; }

    /// <summary>The number of commands that took effect without a first answer: the kill fell between commit and answer.</summary>
    public int LostAnswerCount { get; private set; }

    public async Task<IReadOnlyList<string>> Problems()
    {
        var changes = new List<Change>();
        foreach (var owner in mesh.Owners)
            changes.AddRange(await ReadLog(owner.Name));
        ChangeCount = changes.Count;
        CompareWithWrites(changes);
        await CompareWithServices();
        problems.AddRange(Oversold.In(changes.Where(change => change.Source == "refining").Select(StateOf)));
        return problems;
    }

    private async Task<IReadOnlyList<Change>> ReadLog(string source)
    {
        var changes = new List<Change>();
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        using var feed = mesh.Feed.ReadChanges(new ReadChangesRequest { Source = source });
        await foreach (var run in feed.ResponseStream.ReadAllAsync())
            changes.AddRange(run.Changes);
        foreach (var (i, change) in changes.Index())
        {
            Require(change.Sequence == i + 1, $"{source}: place {i + 1} has sequence {change.Sequence}");
            Require(change.Version == versions.GetValueOrDefault(change.Resource) + 1, $"{source} {change.Sequence}: {change.Resource} jumps to version {change.Version}");
            versions[change.Resource] = change.Version;
            latest[change.Resource] = StateOf(change);
        }

        var chain = await mesh.Feed.VerifyChainAsync(new() { Source = source });
        Require(chain.Intact && chain.VerifiedCount == changes.Count, $"the chain of {source}, {changes.Count} changes: {chain}");
        var parked = await mesh.Feed.ListParkedChangesAsync(new() { Source = source });
        Require(parked.ParkedChanges.Count == 0, $"{source} has parked {parked.ParkedChanges.FirstOrDefault()}");
        return changes;
    }

    private void CompareWithWrites(IReadOnlyList<Change> changes)
    {
        var made = changes.Where(change => change.Actor.StartsWith("local:client-", StringComparison.Ordinal))
            .ToLookup(change => $"{change.Actor} {change.RequestId}", StringComparer.Ordinal);
        var known = writes.Select(write => write.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var group in made)
            Require(known.Contains(group.Key), $"the log has a change of {group.Key}, which no client sent");
        foreach (var write in writes)
        {
            var found = made[write.Key].ToList();
            Require(write.Problem is null, $"{write} {write.Problem}");
            Require(found.Count <= 1, $"{write} is in the log {found.Count} times");
            if (write.UnansweredCount > 0 && found.Count > 0 && (write.IsOpen || found[0].CommitTime.ToDateTimeOffset() < write.LastSentTime))
                LostAnswerCount++;
            if (write.OnlyAsked || write.Refusal is not null)
                Require(found.Count == 0, $"{write} was {write.Refusal ?? "only asked"}, and is in the log");
            else if (write.Answer is not null)
                Require(found is [var change] && StateOf(change).Equals(write.Answer), $"{write} was acknowledged with {write.Answer}; the log has {string.Join(", ", found)}");
        }
    }

    /// <summary>Each service lists exactly what its log ends with, each resource once.</summary>
    private async Task CompareWithServices()
    {
        var listed = new List<(string Name, IMessage State)>();
        await List(token => mesh.ProjectsClient.ListProjectsAsync(new() { PageSize = 1_000, PageToken = token }).ResponseAsync, page => (page.Projects, page.NextPageToken));
        await List(token => mesh.InvestorsClient.ListInvestorsAsync(new() { PageSize = 1_000, PageToken = token }).ResponseAsync, page => (page.Investors, page.NextPageToken));
        await List(token => mesh.InvestorsClient.ListCommitmentsAsync(new() { PageSize = 1_000, PageToken = token }).ResponseAsync, page => (page.Commitments, page.NextPageToken));
        await List(token => mesh.RefiningClient.ListFacilitiesAsync(new() { PageSize = 1_000, PageToken = token }).ResponseAsync, page => (page.Facilities, page.NextPageToken));
        await List(
            token => mesh.RefiningClient.ListReservationsAsync(new() { PageSize = 1_000, PageToken = token, IncludeReleased = true }).ResponseAsync,
            page => (page.Reservations, page.NextPageToken));
        foreach (var group in listed.CountBy(entry => entry.Name).Where(group => group.Value > 1))
            problems.Add($"{group.Key} is listed {group.Value} times");
        foreach (var (name, state) in listed)
            Require(latest.TryGetValue(name, out var last) && last.Equals(state), $"{name} is listed as {state}; the log ends with {last}");
        string[] collections = ["projects/", "investors/", "commitments/", "facilities/", "reservations/"];
        var missing = latest.Keys.Where(name => collections.Any(collection => name.StartsWith(collection, StringComparison.Ordinal)))
            .Except(listed.Select(entry => entry.Name));
        problems.AddRange(missing.Select(name => $"{name} is in the log but not listed"));

        async Task List<TPage>(Func<string, Task<TPage>> ask, Func<TPage, (IEnumerable<IMessage> Entries, string Token)> read)
        {
            var token = "";
            do
            {
                (var entries, token) = read(await ask(token));
                listed.AddRange(entries.Select(entry => ((string)entry.Descriptor.FindFieldByName("name").Accessor.GetValue(entry), entry)));
            }
            while (token.Length > 0);
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
            problems.Add(otherwise);
    }

    private static IMessage StateOf(Change change) => change.State.Unpack(Types);
}
