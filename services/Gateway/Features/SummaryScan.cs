using System.Collections.Concurrent;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Features;

/// <summary>
/// What a summary of any day rests on, in one pass over the projects, of each of which its course says what it came to. What is worked out
/// of a project is thrown away at once: days of the past are many.
/// </summary>
internal sealed class SummaryScan : ISummaryBasis
{
    /// <summary>So many projects are looked at by one processor before it takes the next.</summary>
    private const int Stride = 250;

    private readonly ProjectNode[] projects;
    private readonly ProjectStanding?[] standings;
    private readonly Part whole;

    private SummaryScan(Query query, Viewpoint viewpoint)
    {
        projects = [.. query.Projects];
        standings = new ProjectStanding?[projects.Length];
        whole = new Part(query);
        if (projects.Length <= Stride)
        {
            Look(0, projects.Length, query, viewpoint, whole);
            return;
        }

        var parts = new ConcurrentBag<Part>();
        Parallel.ForEach(
            Partitioner.Create(0, projects.Length, Stride),
            () => new Part(query),
            (range, _, part) =>
            {
                Look(range.Item1, range.Item2, query, viewpoint, part);
                return part;
            },
            parts.Add);
        foreach (var part in parts)
            whole.Add(part);
    }

    public SummaryTotals Totals => whole.Totals;

    public static SummaryScan Of(Query query, Viewpoint viewpoint) => new(query, viewpoint);

    public void AddTo(RatesInPlay ratesInPlay) => SummaryBasis.AddTo(ratesInPlay, whole.CurrencyUses, whole.Totals);

    /// <summary>After all rates in play were found.</summary>
    public IReadOnlyList<ProjectStanding> StandingsAt(Viewpoint viewpoint) => standings!;

    public NonAdditive NonAdditiveOf(Query query) => whole.NonAdditive.Found();

    private void Look(int begin, int end, Query query, Viewpoint viewpoint, Part into)
    {
        for (var place = begin; place < end; place++)
        {
            var project = projects[place];
            var figures = project.CourseIn(query.View).At(query.Day, into.Room);
            into.Totals.Count(figures, query.Selection.Investors is { } investors ? ProjectFigures.Of(project, query.View, query.Day, investors) : figures, 1);
            into.NonAdditive.Look(project, figures.NonAdditive);
            SummaryBasis.CountCurrencies(project, figures, query.Day, into.CurrencyUses, 1);
            // Without a rate there is no answer, but first it is found out which others are missing too.
            if (HasRates(project, figures, query))
                standings[place] = ProjectStanding.Of(project, figures, viewpoint);
        }
    }

    private static bool HasRates(ProjectNode project, ProjectFigures figures, Query query)
    {
        foreach (var currency in figures.CommittedCurrencies)
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

        public FiguresRoom Room { get; } = new();

        public void Add(Part other)
        {
            Totals.Add(other.Totals);
            NonAdditive.Add(other.NonAdditive);
            for (var currency = 0; currency < CurrencyUses.Length; currency++)
                CurrencyUses[currency] += other.CurrencyUses[currency];
        }
    }
}
