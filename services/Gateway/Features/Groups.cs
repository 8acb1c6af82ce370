using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Investors.V1;

namespace Mining.Gateway.Features;

/// <summary>Co-investments of one measure in groups, to which projects come one by one.</summary>
internal abstract class Groups(Query query, int measure)
{
    /// <summary>All of it, each commitment once.</summary>
    public Tally Total { get; } = NewTally(query);

    /// <summary>By key.</summary>
    public abstract IEnumerable<KeyValuePair<string, Tally>> All { get; }

    protected Query Query => query;

    protected int Measure => measure;

    public void Add(ProjectNode project)
    {
        var funded = query.Selection.FundedOf(query.Selection.FiguresOf(project, query.View, query.Day), measure, query.Partnership);
        if (funded.CommitmentCount == 0)
            return;
        Total.AddProject(funded);
        AddToGroups(project, funded);
    }

    /// <summary>Adds published totals where the groups are such that each belongs to one as a whole; answers those that were added.</summary>
    public virtual IReadOnlyList<PublishedTotal> Add(IReadOnlyList<PublishedTotal> totals) => [];

    /// <param name="project">A project.</param>
    /// <param name="funded">What its selected commitments amount to.</param>
    protected abstract void AddToGroups(ProjectNode project, Tally funded);

    protected static Tally NewTally(Query query) => new(query.Partnership.Parties.Length);
}

/// <summary>Groups by what a project is: it stands in each of its groups with its full amount.</summary>
internal sealed class GroupsOfProjects(Query query, int measure, Func<ProjectFacts, IEnumerable<string>> keysOf) : Groups(query, measure)
{
    private readonly Dictionary<string, Tally> groups = new(StringComparer.Ordinal);

    public override IEnumerable<KeyValuePair<string, Tally>> All => groups;

    protected override void AddToGroups(ProjectNode project, Tally funded)
    {
        foreach (var key in keysOf(project.Facts!))
        {
            if (!groups.TryGetValue(key, out var group))
                groups[key] = group = NewTally(Query);
            group.AddProject(funded);
        }
    }
}

/// <summary>Groups by instrument, from what is kept of each project.</summary>
internal sealed class GroupsOfInstruments(Query query, int measure, Func<Instrument, string> keyOf) : Groups(query, measure)
{
    private readonly Dictionary<Instrument, Tally> groups = Instruments.Funded.ToDictionary(instrument => instrument, _ => NewTally(query));

    public override IEnumerable<KeyValuePair<string, Tally>> All => groups
        .Where(group => group.Value.CommitmentCount > 0).Select(group => KeyValuePair.Create(keyOf(group.Key), group.Value));

    public override IReadOnlyList<PublishedTotal> Add(IReadOnlyList<PublishedTotal> totals)
    {
        PublishedTotal[] funded = [.. totals.Where(total => groups.ContainsKey(total.Instrument) && total.Counts[Measure] > 0)];
        foreach (var total in funded)
        {
            var party = Query.Partnership.PartyOfSide(total.SideId);
            groups[total.Instrument].Add(total, Measure, party);
            Total.Add(total, Measure, party);
        }

        return funded;
    }

    protected override void AddToGroups(ProjectNode project, Tally funded)
    {
        var figures = Query.Selection.FiguresOf(project, Query.View, Query.Day);
        foreach (var (instrument, group) in groups)
        {
            if (Query.Selection.Picks(instrument) && figures.Of(instrument, Measure) is { } tally)
                group.AddProject(tally);
        }
    }
}

/// <summary>Groups by what a commitment is. Nothing is kept for these: the commitments are gone through.</summary>
internal sealed class GroupsOfCommitments(Query query, int measure, Func<CommitmentFacts, int> numberOf, Func<int, string> keyOf)
    : Groups(query, measure)
{
    private readonly Dictionary<int, Tally> groups = [];

    public override IEnumerable<KeyValuePair<string, Tally>> All =>
        groups.Select(group => KeyValuePair.Create(keyOf(group.Key), group.Value));

    protected override void AddToGroups(ProjectNode project, Tally funded)
    {
        foreach (ref readonly var commitment in project.Commitments.AsSpan())
        {
            if (!commitment.IsAdditive || !Instruments.IsFunded(commitment.Instrument)
                || !Query.Selection.Picks(commitment.Instrument) || !Query.Selection.PicksInvestor(commitment.Investor))
                continue;
            var minorUnits = commitment.At(Query.Day)[Measure];
            if (minorUnits == Reached.NotCounted || Query.View.AttributionOf(commitment.Investor) is not { } attribution)
                continue;

            var number = numberOf(commitment);
            if (!groups.TryGetValue(number, out var group))
                groups[number] = group = NewTally(Query);
            group.Visit(project);
            group.Add(in commitment, minorUnits, attribution);
        }
    }
}
