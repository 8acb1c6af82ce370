using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Investors.V1;

namespace Mining.Gateway.Features;

/// <summary>Co-investments of one measure by group. Projects are added one by one.</summary>
internal abstract class Groups(Query query, int measure)
{
    /// <summary>The total, with each commitment counted once.</summary>
    public Tally Total { get; } = NewTally(query);

    /// <summary>The groups that are not empty, by key.</summary>
    public abstract IEnumerable<KeyValuePair<string, Tally>> All { get; }

    protected Query Query => query;

    protected int Measure => measure;

    public void Add(ProjectNode project)
    {
        var figures = query.Selection.FiguresOf(project, query.View, query.Day);
        var before = Total.ProjectCount;
        Total.Add(figures, measure, query.Selection.FundedInstruments);
        if (Total.ProjectCount > before)
            AddToGroups(project, figures);
    }

    /// <summary>Adds published totals, if this grouping puts each of them into exactly one group. Returns those added.</summary>
    public virtual IReadOnlyList<PublishedTotal> Add(IReadOnlyList<PublishedTotal> totals) => [];

    /// <param name="project">A project with commitments that count.</param>
    /// <param name="figures">The figures of its selected commitments.</param>
    protected abstract void AddToGroups(ProjectNode project, ProjectFigures figures);

    protected static Tally NewTally(Query query) => new(query.Partnership.Parties.Length);
}

/// <summary>Groups by properties of the project, which counts fully in each of its groups.</summary>
internal sealed class GroupsOfProjects(Query query, int measure, Func<ProjectFacts, IEnumerable<string>> keysOf) : Groups(query, measure)
{
    private readonly Dictionary<string, Tally> groups = new(StringComparer.Ordinal);

    public override IEnumerable<KeyValuePair<string, Tally>> All => groups;

    protected override void AddToGroups(ProjectNode project, ProjectFigures figures)
    {
        foreach (var key in keysOf(project.Facts!))
        {
            if (!groups.TryGetValue(key, out var group))
                groups[key] = group = NewTally(Query);
            group.Add(figures, Measure, Query.Selection.FundedInstruments);
        }
    }
}

/// <summary>Groups by instrument.</summary>
internal sealed class GroupsOfInstruments(Query query, int measure, Func<Instrument, string> keyOf) : Groups(query, measure)
{
    private readonly MeasureTotals totals = new(measure, query.Selection.Instruments, query.Partnership);
    private PublishedTotal[] published = [];

    public override IEnumerable<KeyValuePair<string, Tally>> All => Instruments.Funded
        .Select(instrument => KeyValuePair.Create(keyOf(instrument), TallyOf(instrument))).Where(group => group.Value.Counts.Commitments > 0);

    public override IReadOnlyList<PublishedTotal> Add(IReadOnlyList<PublishedTotal> totals)
    {
        published = [.. totals.Where(total => Instruments.IsFunded(total.Instrument) && total.Counts[Measure] > 0)];
        foreach (var total in published)
            Total.Add(total, Measure, Query.Partnership);
        return published;
    }

    protected override void AddToGroups(ProjectNode project, ProjectFigures figures) => totals.Count(figures, 1);

    private Tally TallyOf(Instrument instrument)
    {
        var tally = totals.Of(instrument);
        foreach (var total in published.Where(total => total.Instrument == instrument))
            tally.Add(total, Measure, Query.Partnership);
        return tally;
    }
}

/// <summary>Groups by properties of the commitment. There are no cached figures for these; the commitments are scanned.</summary>
internal sealed class GroupsOfCommitments(Query query, int measure, Func<CommitmentFacts, int> numberOf, Func<int, string> keyOf)
    : Groups(query, measure)
{
    private readonly Dictionary<int, Tally> groups = [];

    public override IEnumerable<KeyValuePair<string, Tally>> All =>
        groups.Select(group => KeyValuePair.Create(keyOf(group.Key), group.Value));

    protected override void AddToGroups(ProjectNode project, ProjectFigures figures)
    {
        foreach (ref readonly var commitment in project.Commitments.AsSpan())
        {
            if (!commitment.IsAdditive || !Instruments.IsFunded(commitment.Instrument) || !Query.Selection.Picks(in commitment))
                continue;
            var minorUnits = commitment.At(Query.Day)[Measure];
            if (minorUnits == MeasureAmounts.NotCounted || Query.View.AttributionOf(commitment.Investor) is not { } attribution)
                continue;

            var number = numberOf(commitment);
            if (!groups.TryGetValue(number, out var group))
                groups[number] = group = NewTally(Query);
            group.Add(project, in commitment, minorUnits, attribution);
        }
    }
}
