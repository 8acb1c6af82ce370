using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Mining.Primitives.Names;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Gateway.ReadModel;

/// <summary>
/// The read model: a pure fold over the changes of all services. Only the highest version of each resource counts, so reordered, repeated
/// and lost older changes lead to the same state. One writer applies and publishes; readers use snapshots.
/// </summary>
public sealed class PortfolioModel
{
    /// <summary>Up to this many changes are decoded on the calling thread, since starting parallel work would cost more.</summary>
    private const int FewChanges = 64;

    private readonly Dictionary<string, ProjectNode> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProjectDraft> drafts = new(StringComparer.Ordinal);
    private readonly InvestorTable investors = new();
    private readonly LatestVersions<PartnershipFacts> partnerships = new();
    private readonly LatestVersions<RateTable> rateTables = new();
    private readonly LatestVersions<PublishedTotals> publishedTotals = new();
    private readonly LatestVersions<string> facilityCountries = new();
    private readonly DerivedValues lineage = new();
    private bool hasChanged;
    private PortfolioSnapshot published = PortfolioSnapshot.Empty;

    /// <summary>Changes with an unknown resource type, or from a service that does not own the resource.</summary>
    public long UnknownCount { get; private set; }

    /// <summary>Changes whose resource cannot be decoded. They are ignored, so an older version may remain.</summary>
    public long UnreadableCount { get; private set; }

    /// <summary>The error of the latest unreadable change, or null.</summary>
    public string? LatestProblem { get; private set; }

    /// <summary>
    /// Applies a change. Returns true if it adds a newer resource or a new revision. A project's change without its state is only a
    /// revision; the checkpoint stores older changes in this form.
    /// </summary>
    public bool Apply(Change change)
    {
        var madeADifference = Read(change)();
        hasChanged |= madeADifference;
        return madeADifference;
    }

    /// <summary>Applies changes in order. They are decoded in parallel and folded by the caller.</summary>
    public void Apply(IReadOnlyList<Change> changes)
    {
        var folds = new Func<bool>[changes.Count];
        if (changes.Count <= FewChanges)
            ReadAll(0, changes.Count);
        else
            Parallel.ForEach(Partitioner.Create(0, changes.Count, FewChanges), range => ReadAll(range.Item1, range.Item2));
        foreach (var fold in folds)
            hasChanged |= fold();

        void ReadAll(int begin, int end)
        {
            for (var place = begin; place < end; place++)
                folds[place] = Read(changes[place]);
        }
    }

    /// <summary>Drops all data of a service, because its log was replaced and will be read again from the beginning.</summary>
    public void Forget(string source)
    {
        switch (source)
        {
            case "projects":
                foreach (var name in ProjectNames())
                    Draft(name).ForgetProject();
                break;
            case "investors":
                foreach (var name in ProjectNames())
                    Draft(name).ForgetCommitments();
                investors.Clear();
                partnerships.Clear();
                rateTables.Clear();
                publishedTotals.Clear();
                break;
            case "refining":
                foreach (var name in ProjectNames())
                    Draft(name).ForgetReservations();
                facilityCountries.Clear();
                break;
        }

        hasChanged = true;
    }

    /// <summary>The current snapshot; the previous one if nothing has changed.</summary>
    public PortfolioSnapshot Publish()
    {
        if (!hasChanged)
            return published;

        var table = investors.HasChanged ? investors.ToArray() : published.Investors;
        var views = investors.HasChanged || partnerships.Changed.Count > 0
            ? [.. partnerships.Values.OrderBy(known => known.Name, StringComparer.Ordinal).Select(known => new AttributionMap(known, table))]
            : published.Partnerships;
        published = new PortfolioSnapshot
        {
            Generation = published.Generation + 1,
            Lineage = lineage,
            Projects = FreezeProjects(),
            Investors = table,
            Partnerships = views,
            Visibilities = ReferenceEquals(views, published.Partnerships) ? published.Visibilities : new Visibilities(table, views),
            PublishedTotals = publishedTotals.Changed.Count > 0
                ? publishedTotals.Values.OrderBy(totals => totals.Day).ToLookup(totals => totals.Partnership, StringComparer.Ordinal)
                : published.PublishedTotals,
            FacilityCountries = facilityCountries.Changed.Count > 0 ? facilityCountries.ToDictionary() : published.FacilityCountries,
            Rates = rateTables.Changed.Count > 0 ? new RateBook([.. rateTables.Values.OrderBy(rates => rates.Day)]) : published.Rates,
        };
        drafts.Clear();
        investors.ChangesArePublished();
        partnerships.ChangesArePublished();
        rateTables.ChangesArePublished();
        publishedTotals.ChangesArePublished();
        facilityCountries.ChangesArePublished();
        hasChanged = false;
        return published;
    }

    /// <summary>Decodes a change on any thread. The writer executes the returned step, which tells whether it made a difference.</summary>
    private Func<bool> Read(Change change)
    {
        try
        {
            return ReadResource(change);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException or OverflowException)
        {
            return () =>
            {
                UnreadableCount++;
                LatestProblem = $"{change.Source} {change.Sequence}, {change.Resource} version {change.Version}: {exception.Message}";
                return false;
            };
        }
    }

    private Func<bool> ReadResource(Change change)
    {
        switch (TypeOf(change.State))
        {
            case "" when change.Source == "projects" && ResourceNames.Projects.IsName(change.Resource):
                // From a checkpoint: an earlier change, stored without its state.
                var earlier = RevisionOf(change);
                return () => Draft(change.Resource).Put(earlier);
            case "mining.projects.v1.Project" when change.Source == "projects":
                var project = ProjectFacts.Read(Read(Project.Parser, change, known => known.Name), change.State.Value, change.Version);
                var revision = RevisionOf(change);
                return () => Draft(project.Name).Put(project) | Draft(project.Name).Put(revision);
            case "mining.investors.v1.Commitment" when change.Source == "investors":
                return ReadCommitment(change);
            case "mining.investors.v1.Investor" when change.Source == "investors":
                var investor = InvestorFacts.Read(Read(Investor.Parser, change, known => known.Name), change.Version);
                return () => investors.Put(investor);
            case "mining.investors.v1.Partnership" when change.Source == "investors":
                var partnership = PartnershipFacts.Read(Read(Partnership.Parser, change, known => known.Name));
                return () => partnerships.Put(change.Resource, change.Version, partnership);
            case "mining.investors.v1.ExchangeRateTable" when change.Source == "investors":
                var rates = RateTable.Read(Read(ExchangeRateTable.Parser, change, known => known.Name));
                return () => rateTables.Put(change.Resource, change.Version, rates);
            case "mining.investors.v1.ConfidentialTotals" when change.Source == "investors":
                var totals = PublishedTotals.Read(Read(ConfidentialTotals.Parser, change, known => known.Name));
                return () => publishedTotals.Put(change.Resource, change.Version, totals);
            case "mining.refining.v1.Facility" when change.Source == "refining":
                var country = Read(Facility.Parser, change, known => known.Name).Country;
                return () => facilityCountries.Put(change.Resource, change.Version, country);
            case "mining.refining.v1.Reservation" when change.Source == "refining":
                var reservation = Read(Reservation.Parser, change, known => known.Name);
                var reserved = ReservationFacts.Read(reservation, change.State.Value, change.Version);
                return () => Draft(reservation.Project).Put(reserved);
            case "mining.proposals.v1.Proposal" when change.Source is "projects" or "investors":
                // The proposal's effect arrives as a change of its own.
                return () => false;
            default:
                return () =>
                {
                    UnknownCount++;
                    return false;
                };
        }
    }

    /// <summary>A method of its own, so that the closure captures only what it needs: there are many commitments.</summary>
    private Func<bool> ReadCommitment(Change change)
    {
        var commitment = Read(Commitment.Parser, change, known => known.Name);
        var (project, investor) = (commitment.Project, commitment.Investor);
        var facts = CommitmentReader.Read(commitment, change.State.Value, change.Version);
        return () => Draft(project).Put(facts with { Investor = investors.PlaceOf(investor) });
    }

    /// <summary>The type name as <see cref="Any.GetTypeName"/> returns it, without allocating a string for every change.</summary>
    private static ReadOnlySpan<char> TypeOf(Any? state) =>
        state?.TypeUrl.LastIndexOf('/') is >= 0 and var slash ? state.TypeUrl.AsSpan(slash + 1) : "";

    private static T Read<T>(MessageParser<T> parser, Change change, Func<T, string> nameOf)
        where T : IMessage<T>
    {
        var read = parser.ParseFrom(change.State.Value);
        return nameOf(read) == change.Resource
            ? read
            : throw new InvalidDataException($"The contained resource has a different name: {nameOf(read)}.");
    }

    private static Revision RevisionOf(Change change) => new()
    {
        Resource = change.Resource,
        Version = change.Version,
        Sequence = change.Sequence,
        Actor = change.Actor,
        Method = change.Method,
        CommitTime = change.CommitTime,
        ChangedFields = { change.ChangedFields },
    };

    private ProjectDraft Draft(string project)
    {
        if (!drafts.TryGetValue(project, out var draft))
            drafts[project] = draft = new ProjectDraft(project, nodes.GetValueOrDefault(project));
        return draft;
    }

    private string[] ProjectNames() => [.. nodes.Keys.Union(drafts.Keys)];

    /// <summary>Creates nodes for changed projects and those that depend on a changed investor or facility; others are shared.</summary>
    private ProjectNode[] FreezeProjects()
    {
        List<ProjectNode> changed = [.. drafts.Values.Where(draft => draft.IsChanged).Select(draft => draft.Freeze())];
        if (investors.Changed.Count + facilityCountries.Changed.Count > 0)
        {
            int[] changedInvestors = [.. investors.Changed.Order()];
            changed.AddRange(nodes.Values.Where(node => !IsChanged(node.Name) && RestsOnChanges(node, changedInvestors)).Select(node => node.Recompute()));
        }

        foreach (var node in changed)
        {
            if (node.IsEmpty)
                nodes.Remove(node.Name);
            else
                nodes[node.Name] = node;
        }

        return Merge(changed.OrderBy(node => node.Name, StringComparer.Ordinal));
    }

    /// <summary>Merges nodes into the published ones, which are ordered already and mostly unchanged.</summary>
    private ProjectNode[] Merge(IEnumerable<ProjectNode> changed)
    {
        var projects = new ProjectNode[nodes.Count];
        var (from, count) = (0, 0);
        foreach (var node in changed)
        {
            var place = published.PlaceOf(node.Name);
            CopyUpTo(place < 0 ? ~place : place);
            if (place >= 0)
                from++;
            if (!node.IsEmpty)
                projects[count++] = node;
        }

        CopyUpTo(published.Projects.Length);
        return projects;

        void CopyUpTo(int end)
        {
            published.Projects.AsSpan(from, end - from).CopyTo(projects.AsSpan(count));
            (from, count) = (end, count + end - from);
        }
    }

    private bool IsChanged(string project) => drafts.TryGetValue(project, out var draft) && draft.IsChanged;

    private bool RestsOnChanges(ProjectNode node, int[] changedInvestors) =>
        (changedInvestors.Length > 0 && node.HasInvestorOf(changedInvestors)) ||
        (facilityCountries.Changed.Count > 0 && node.Reservations.Any(reservation => facilityCountries.IsChanged(reservation.Facility)));
}
