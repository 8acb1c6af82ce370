using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>What a summary rests on: its projects, how each stands, their money added up, and the currencies in play.</summary>
internal interface ISummaryBasis
{
    SummaryTotals Totals { get; }

    /// <summary>Tells which currencies there are.</summary>
    void AddTo(RequiredRates requiredRates);

    /// <summary>Tells how each project stands, in their order; there must be a rate of every currency in play.</summary>
    void AddTo(PipelineRollUp pipeline, ReportContext report);

    /// <summary>The pledged commitments that are not additive.</summary>
    NonAdditive NonAdditiveOf(Query query);
}

/// <summary>
/// A basis that can be moved on to a later state by taking out what projects were and adding what they are; sums are exact, so nothing
/// tells the result from one made anew.
/// </summary>
internal sealed class SummaryBasis : ISummaryBasis
{
    /// <summary>From so many projects on they are looked at by all processors.</summary>
    private const int ManyProjects = 500;

    private readonly ProjectNode[] projects;

    /// <summary>What was added of each project, and so is taken out again: the project itself may have forgotten it meanwhile.</summary>
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

    /// <summary>Made anew: every project is looked at, and what is kept of it is used.</summary>
    public static SummaryBasis Of(Query query) => new([.. query.Projects], query);

    /// <summary>
    /// Moves on to the projects of another query of the same viewpoint, over everything, at the price of those that differ. False: they are
    /// other projects, and a basis has to be made anew.
    /// </summary>
    public bool TryMoveTo(Query query)
    {
        var place = 0;
        foreach (var next in query.Snapshot.Projects)
        {
            // Mostly it is the same, and then it is not even looked at.
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

    /// <summary>Counts the currencies that a project's standing rests on.</summary>
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

    /// <param name="place">Which project.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="times">1 to add it, -1 to take it out.</param>
    private void Count(int place, Query query, int times)
    {
        var (project, everything) = (projects[place], figures[place]);
        Totals.Count(everything, query.Selection.Investors is null ? everything : query.Selection.FiguresOf(project, query.View, query.Day), times);
        CountCurrencies(project, everything.CommittedCurrencies, query.Day, currencyUses, times);
    }
}
