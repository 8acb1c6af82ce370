using System.Collections.Concurrent;
using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>
/// What a summary of any day rests on: where all projects are asked for, their common course says what they amount to, and of the projects
/// that are not as they were when it was made, or where there is none, their own. How each stands is worked out of its own course, and what
/// is worked out is thrown away at once: days of the past are many.
/// </summary>
internal sealed class SummaryScan : ISummaryBasis
{
    /// <summary>So many projects are looked at by one processor before it takes the next.</summary>
    private const int Stride = 250;

    private readonly ProjectNode[] projects;
    private readonly ProjectTimeline[] timelines;
    private readonly ProjectStatus?[] statuses;

    /// <summary>By place: those of which the common course does not tell.</summary>
    private readonly bool[] isOther;
    private readonly PortfolioTimeline? common;
    private readonly Part whole;

    private SummaryScan(Query query, ReportContext report)
    {
        projects = [.. query.Projects];
        timelines = new ProjectTimeline[projects.Length];
        statuses = new ProjectStatus?[projects.Length];
        isOther = new bool[projects.Length];
        whole = new Part(query);
        ForEach(query, (place, _) => timelines[place] = projects[place].TimelineIn(query.View));
        common = query.Selection.IsEverything ? query.Snapshot.Running.HistoricalTotals.Of(projects, timelines, query.Partnership) : null;
        ForEach(query, (place, part) => Evaluate(place, query, report, part));
        if (common is null)
            return;
        common.TellAt(query.Day, whole.Totals.Add);
        whole.NonAdditive.Collect(projects, common, isOther);
    }

    public SummaryTotals Totals => whole.Totals;

    public static SummaryScan Of(Query query, ReportContext report) => new(query, report);

    public void AddTo(RequiredRates requiredRates) => SummaryBasis.AddTo(requiredRates, whole.CurrencyUses, whole.Totals);

    /// <summary>After all rates in play were found.</summary>
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
        isOther[place] = common?.IsOf(place, timeline) != true;
        if (isOther[place])
            Count(place, query, into);
        var committed = timeline.CommittedAt(query.Day, into.Committed);
        SummaryBasis.CountCurrencies(project, committed.Funded.Currencies, query.Day, into.CurrencyUses, 1);
        // Without a rate there is no answer, but first it is found out which others are missing too.
        if (HasRates(project, committed.Funded, query))
            statuses[place] = ProjectStatus.Of(project, committed, report);
    }

    /// <summary>Takes a project out of what the common course will say, and adds it as it is.</summary>
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

    /// <summary>What one processor has added up.</summary>
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
