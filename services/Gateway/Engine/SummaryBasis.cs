using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>The basis of a summary: the status of its projects, the totals of their money, and the currencies in use.</summary>
internal interface ISummaryBasis
{
    SummaryTotals Totals { get; }

    /// <summary>Adds the currencies that need a rate.</summary>
    void AddTo(RequiredRates requiredRates);

    /// <summary>Adds the status of each project in order. Requires a rate for every currency in use.</summary>
    void AddTo(PipelineRollUp pipeline, ReportContext report);

    /// <summary>The pledged commitments that are not additive.</summary>
    NonAdditive NonAdditiveOf(Query query);
}

/// <summary>
/// A basis that is updated by subtracting the old state of a project and adding the new one. Sums are exact, so the result equals a
/// computation from scratch.
/// </summary>
internal sealed class SummaryBasis : ISummaryBasis
{
    /// <summary>From this number of projects, they are processed in parallel.</summary>
    private const int ManyProjects = 500;

    private readonly ProjectNode[] projects;

    /// <summary>The figures added for each project, kept because the project's own cache may drop them before the subtraction.</summary>
    private readonly ProjectFigures[] figures;

    private readonly RollUpRow[] statuses;
    private readonly List<int> places;
    private readonly int[] currencyUses = new int[CurrencyIndex.Count];
    private NonAdditive? nonAdditive;

    private SummaryBasis(ProjectNode[] projects, Query query)
    {
        this.projects = projects;
        figures = new ProjectFigures[projects.Length];
        statuses = new RollUpRow[projects.Length];
        places = [.. Enumerable.Range(0, projects.Length)];
        Totals = new SummaryTotals(query);
        ForEach(places, place => figures[place] = projects[place].FiguresAt(query.View, query.Day));
        for (var place = 0; place < projects.Length; place++)
            Count(place, query, 1);
    }

    public SummaryTotals Totals { get; }

    /// <summary>Computes a new basis from the cached figures of every project.</summary>
    public static SummaryBasis Create(Query query) => new([.. query.Projects], query);

    /// <summary>
    /// Updates to another unfiltered query with the same report context, at the cost of the projects that differ. Returns false if the
    /// set of projects differs; then a new basis must be computed.
    /// </summary>
    public bool TryUpdateTo(Query query)
    {
        var place = 0;
        foreach (var next in query.Snapshot.Projects)
        {
            // The fast path: most projects are unchanged.
            if (place < projects.Length && ReferenceEquals(projects[place], next))
            {
                place++;
                continue;
            }

            if (next.Facts is null)
                continue;
            if (place == projects.Length || projects[place].Name != next.Name)
                return false;
            Replace(place++, next, query);
        }

        return place == projects.Length;
    }

    public void AddTo(PipelineRollUp pipeline, ReportContext report)
    {
        ForEach(places, place => statuses[place] = new(projects[place].StatusAt(report)));
        places.Clear();
        foreach (ref readonly var status in statuses.AsSpan())
            pipeline.Add(in status);
    }

    public NonAdditive NonAdditiveOf(Query query)
    {
        if (nonAdditive is not null)
            return nonAdditive;
        var search = new NonAdditiveSearch(query);
        for (var place = 0; place < projects.Length; place++)
            search.Collect(projects[place], figures[place].NonAdditive);
        return nonAdditive = search.ToNonAdditive();
    }

    public void AddTo(RequiredRates requiredRates) => AddTo(requiredRates, currencyUses, Totals);

    internal static void AddTo(RequiredRates requiredRates, int[] currencyUses, SummaryTotals totals)
    {
        for (var currency = 0; currency < currencyUses.Length; currency++)
        {
            if (currencyUses[currency] > 0)
                requiredRates.Add((byte)currency);
        }

        totals.AddTo(requiredRates);
    }

    /// <summary>Counts the currencies that the status of a project depends on.</summary>
    internal static void CountCurrencies(ProjectNode project, ReadOnlySpan<byte> committed, int day, int[] uses, int times)
    {
        foreach (var currency in committed)
            uses[currency] += times;
        if (project.Facts!.CapitalCostAt(day) is { } cost)
            uses[CurrencyIndex.Read(cost.CurrencyCode)] += times;
    }

    private static void ForEach(List<int> places, Action<int> action)
    {
        if (places.Count >= ManyProjects)
            Parallel.ForEach(places, action);
        else
            places.ForEach(action);
    }

    private void Replace(int place, ProjectNode next, Query query)
    {
        Count(place, query, -1);
        var now = next.FiguresAt(query.View, query.Day);
        if (nonAdditive?.TryReplace(projects[place], figures[place], next, now) == false)
            nonAdditive = null;
        (projects[place], figures[place]) = (next, now);
        places.Add(place);
        Count(place, query, 1);
    }

    /// <param name="place">The index of the project.</param>
    /// <param name="query">The query.</param>
    /// <param name="times">1 to add, -1 to subtract.</param>
    private void Count(int place, Query query, int times)
    {
        var (project, everything) = (projects[place], figures[place]);
        Totals.Count(everything, query.Selection.Investors is null ? everything : query.Selection.FiguresOf(project, query.View, query.Day), times);
        CountCurrencies(project, everything.CommittedCurrencies, query.Day, currencyUses, times);
    }
}
