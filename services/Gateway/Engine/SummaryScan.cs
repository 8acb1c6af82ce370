using System.Collections.Concurrent;
using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>
/// The basis of a summary of any day. For unfiltered queries the timeline of all projects gives the totals, corrected for projects that
/// have changed since it was built; otherwise the projects' own timelines do. The status of each project is computed from its own
/// timeline. Nothing is cached, because there are many days in the past.
/// </summary>
internal sealed class SummaryScan : ISummaryBasis
{
    /// <summary>Number of projects that one thread processes at a time.</summary>
    private const int Stride = 250;

    private readonly ProjectNode[] projects;
    private readonly ProjectTimeline[] timelines;
    private readonly ProjectStatus?[] statuses;

    /// <summary>By index: whether the common timeline does not cover the project's current state.</summary>
    private readonly bool[] isChanged;
    private readonly PortfolioTimeline? common;
    private readonly Part whole;

    private SummaryScan(Query query, ReportContext report)
    {
        projects = [.. query.Projects];
        timelines = new ProjectTimeline[projects.Length];
        statuses = new ProjectStatus?[projects.Length];
        isChanged = new bool[projects.Length];
        whole = new Part(query);
        ForEach(query, (place, _) => timelines[place] = projects[place].TimelineIn(query.View));
        common = query.Selection.IsEverything ? query.Snapshot.Running.HistoricalTotals.Of(projects, timelines, query.Partnership) : null;
        ForEach(query, (place, part) => Evaluate(place, query, report, part));
        if (common is null)
            return;
        common.ReportFiguresAt(query.Day, whole.Totals.Add);
        whole.NonAdditive.Collect(projects, common, isChanged);
    }

    public SummaryTotals Totals => whole.Totals;

    public static SummaryScan Create(Query query, ReportContext report) => new(query, report);

    public void AddTo(RequiredRates requiredRates) => SummaryBasis.AddTo(requiredRates, whole.CurrencyUses, whole.Totals);

    /// <summary>Must follow the check for missing rates.</summary>
    public void AddTo(PipelineRollUp pipeline, ReportContext report)
    {
        foreach (var status in statuses)
            pipeline.Add(new RollUpRow(status!));
    }

    public NonAdditive NonAdditiveOf(Query query) => whole.NonAdditive.ToNonAdditive();

    private void ForEach(Query query, Action<int, Part> action)
    {
        if (projects.Length <= Stride)
        {
            for (var place = 0; place < projects.Length; place++)
                action(place, whole);
            return;
        }

        var parts = new ConcurrentBag<Part>();
        Parallel.ForEach(
            Partitioner.Create(0, projects.Length, Stride),
            () => new Part(query),
            (range, _, part) =>
            {
                for (var place = range.Item1; place < range.Item2; place++)
                    action(place, part);
                return part;
            },
            parts.Add);
        foreach (var part in parts)
            whole.Add(part);
    }

    private void Evaluate(int place, Query query, ReportContext report, Part into)
    {
        var (project, timeline) = (projects[place], timelines[place]);
        isChanged[place] = common?.IsOf(place, timeline) != true;
        if (isChanged[place])
            Count(place, query, into);
        var committed = timeline.CommittedAt(query.Day, into.Committed);
        SummaryBasis.CountCurrencies(project, committed.Funded.Currencies, query.Day, into.CurrencyUses, 1);
        // Without a rate there is no result, but continue, so that the error names all missing rates.
        if (HasRates(project, committed.Funded, query))
            statuses[place] = ProjectStatus.Of(project, committed, report);
    }

    /// <summary>Subtracts a project from the totals of the common timeline, and adds its current state.</summary>
    private void Count(int place, Query query, Part into)
    {
        if (common is not null)
            Count(common.TimelineOf(place).At(query.Day, into.Buffer), -1);
        var figures = timelines[place].At(query.Day, into.Buffer);
        into.NonAdditive.Collect(projects[place], figures.NonAdditive);
        if (query.Selection.Investors is { } investors)
            into.Totals.Count(figures, ProjectFigures.Of(projects[place], query.View, query.Day, investors), 1);
        else
            Count(figures, 1);

        void Count(ProjectFigures everything, int times) => into.Totals.Count(everything, everything, times);
    }

    private static bool HasRates(ProjectNode project, Tally committed, Query query)
    {
        foreach (var currency in committed.Currencies)
        {
            if (!HasRate(currency, query.Reporting))
                return false;
        }

        return project.Facts!.CapitalCostAt(query.Day) is not { } cost || HasRate(CurrencyIndex.Read(cost.CurrencyCode), query.Reporting);
    }

    private static bool HasRate(byte currency, ReportingCurrency reporting) =>
        currency == reporting.Index || (reporting.Rates.Has(currency) && reporting.Rates.Has(reporting.Index));

    /// <summary>The subtotal of one thread.</summary>
    private sealed class Part(Query query)
    {
        public SummaryTotals Totals { get; } = new(query);

        public int[] CurrencyUses { get; } = new int[CurrencyIndex.Count];

        public NonAdditiveSearch NonAdditive { get; } = new(query);

        public FiguresBuffer Buffer { get; } = new();

        public Tally Committed { get; } = new(query.Partnership.Parties.Length);

        public void Add(Part other)
        {
            Totals.Add(other.Totals);
            NonAdditive.Add(other.NonAdditive);
            for (var currency = 0; currency < CurrencyUses.Length; currency++)
                CurrencyUses[currency] += other.CurrencyUses[currency];
        }
    }
}
