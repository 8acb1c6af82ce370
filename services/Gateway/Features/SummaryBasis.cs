using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Features;

/// <summary>
/// What a summary rests on: its projects, how each stands, their money added up, and the currencies in play. It can be moved on to a later
/// state by taking out what projects were and adding what they are; sums are exact, so nothing tells the result from one made anew.
/// </summary>
internal sealed class SummaryBasis
{
    /// <summary>From so many projects on they are looked at by all processors.</summary>
    private const int ManyProjects = 500;

    private readonly ProjectNode[] projects;
    private readonly ProjectStanding?[] standings;
    private readonly int[] currencyUses = new int[CurrencyIndex.Count];

    private SummaryBasis(ProjectNode[] projects, Query query)
    {
        this.projects = projects;
        standings = new ProjectStanding?[projects.Length];
        Totals = new SummaryTotals(query);
        ForEach(place => projects[place].FiguresAt(query.View, query.Day));
        foreach (var project in projects)
            Count(project, query, 1);
    }

    public IReadOnlyList<ProjectNode> Projects => projects;

    public SummaryTotals Totals { get; }

    /// <summary>Made anew: every project is looked at, and what is kept of it is used.</summary>
    public static SummaryBasis Of(Query query) => new([.. query.Projects], query);

    /// <summary>
    /// Moves on to the projects of another query of the same viewpoint, at the price of those that differ. False: they are other
    /// projects, and a basis has to be made anew.
    /// </summary>
    public bool TryMoveTo(Query query)
    {
        ProjectNode[] next = [.. query.Projects];
        if (next.Length != projects.Length)
            return false;
        for (var place = 0; place < next.Length; place++)
        {
            var before = projects[place];
            if (ReferenceEquals(before, next[place]))
                continue;
            if (before.Name != next[place].Name)
                return false;
            Count(before, query, -1);
            Count(next[place], query, 1);
            (projects[place], standings[place]) = (next[place], null);
        }

        return true;
    }

    /// <summary>How each project stands, in their order; there must be a rate of every currency in play.</summary>
    public IReadOnlyList<ProjectStanding> StandingsAt(Viewpoint viewpoint)
    {
        ForEach(place => standings[place] ??= projects[place].StandingAt(viewpoint));
        return standings!;
    }

    /// <param name="ratesInPlay">Takes the currencies.</param>
    /// <param name="published">What was published of commitments that are not here one by one.</param>
    public void AddTo(RatesInPlay ratesInPlay, IReadOnlyList<PublishedTotal> published)
    {
        for (var currency = 0; currency < currencyUses.Length; currency++)
        {
            if (currencyUses[currency] > 0)
                ratesInPlay.Add((byte)currency);
        }

        Totals.AddTo(ratesInPlay, published);
    }

    private void ForEach(Action<int> action)
    {
        if (projects.Length >= ManyProjects)
        {
            Parallel.For(0, projects.Length, action);
            return;
        }

        for (var place = 0; place < projects.Length; place++)
            action(place);
    }

    /// <param name="project">A project.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="times">1 to add it, -1 to take it out.</param>
    private void Count(ProjectNode project, Query query, int times)
    {
        var everything = project.FiguresAt(query.View, query.Day);
        Totals.Count(everything, query.Selection.FiguresOf(project, query.View, query.Day), times);
        foreach (var currency in everything.CommittedCurrencies)
            currencyUses[currency] += times;
        if (project.Facts!.CapitalCostAt(query.Day) is { } cost)
            currencyUses[CurrencyIndex.Read(cost.CurrencyCode)] += times;
    }
}
