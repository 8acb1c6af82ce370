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
    private readonly int[][] nonAdditive;
    private readonly SummaryTotals totals;
    private readonly int[] currencyUses = new int[CurrencyIndex.Count];

    private SummaryScan(Query query, Viewpoint viewpoint)
    {
        projects = [.. query.Projects];
        standings = new ProjectStanding?[projects.Length];
        nonAdditive = new int[projects.Length][];
        totals = new SummaryTotals(query);
        if (projects.Length <= Stride)
        {
            Look(0, projects.Length, query, viewpoint, totals, currencyUses);
            return;
        }

        var parts = new ConcurrentBag<(SummaryTotals Totals, int[] CurrencyUses)>();
        Parallel.ForEach(
            Partitioner.Create(0, projects.Length, Stride),
            () => (Totals: new SummaryTotals(query), CurrencyUses: new int[CurrencyIndex.Count]),
            (range, _, part) =>
            {
                Look(range.Item1, range.Item2, query, viewpoint, part.Totals, part.CurrencyUses);
                return part;
            },
            parts.Add);
        foreach (var part in parts)
        {
            totals.Add(part.Totals);
            for (var currency = 0; currency < currencyUses.Length; currency++)
                currencyUses[currency] += part.CurrencyUses[currency];
        }
    }

    public SummaryTotals Totals => totals;

    public static SummaryScan Of(Query query, Viewpoint viewpoint) => new(query, viewpoint);

    public void AddTo(RatesInPlay ratesInPlay) => SummaryBasis.AddTo(ratesInPlay, currencyUses, totals);

    /// <summary>After all rates in play were found.</summary>
    public IReadOnlyList<ProjectStanding> StandingsAt(Viewpoint viewpoint) => standings!;

    public NonAdditive NonAdditiveOf(Query query) => NonAdditive.Of(projects, nonAdditive, query);

    private void Look(int begin, int end, Query query, Viewpoint viewpoint, SummaryTotals into, int[] currencyUses)
    {
        for (var place = begin; place < end; place++)
        {
            var project = projects[place];
            var figures = project.CourseIn(query.View).At(query.Day);
            into.Count(figures, query.Selection.Investors is { } investors ? ProjectFigures.Of(project, query.View, query.Day, investors) : figures, 1);
            nonAdditive[place] = figures.NonAdditive;
            SummaryBasis.CountCurrencies(project, figures, query.Day, currencyUses, 1);
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
}
