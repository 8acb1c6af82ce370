using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Money = Google.Type.Money;

namespace Mining.Cli.Verify;

/// <summary>Compares responses of the gateway with the recomputed figures, exactly.</summary>
internal sealed class Comparison(NaiveShares naive, NaiveGroups groups, string currency)
{
    private static readonly Instrument[] Contingent = [Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake];

    /// <summary>The number of figures that were compared and found equal.</summary>
    public int Figures { get; private set; }

    public void Summary(PortfolioSummary summary)
    {
        foreach (var table in summary.AllProjects)
            Table(
                $"summary, all projects, {EnumNames.Of(table.Measure)}",
                naive.Table(table.Measure, naive.Sharing(table.Measure, jointOnly: false)), table);
        foreach (var table in summary.JointProjects)
            Table(
                $"summary, joint projects, {EnumNames.Of(table.Measure)}",
                naive.Table(table.Measure, naive.Sharing(table.Measure, jointOnly: true)), table);
        foreach (var (instrument, table) in summary.Instruments.SelectMany(
            entry => entry.Measures, (entry, table) => (entry.Instrument, table)))
        {
            var set = naive.Sharing(table.Measure, jointOnly: false).Where(commitment => commitment.Instrument == instrument).ToList();
            Table($"summary, {EnumNames.Of(instrument)}, {EnumNames.Of(table.Measure)}", naive.Table(table.Measure, set), table);
        }

        Same("summary, all projects", "number of measures", 3, summary.AllProjects.Count);
        Same("summary, joint projects", "number of measures", 3, summary.JointProjects.Count);
        foreach (var support in summary.ContingentSupport)
            Support(support);
        if (summary.ContingentSupport.Any(support => !Contingent.Contains(support.Instrument)))
            throw new DifferenceException("summary, contingent support", "it contains a funded instrument");
        var nonAdditive = naive.NonAdditive();
        Same("summary, not additive", "count", nonAdditive.Count, summary.NonAdditiveCount);
        Same(
            "summary, not additive", "names", string.Join(", ", nonAdditive.Take(summary.NonAdditive.Count)),
            string.Join(", ", summary.NonAdditive.Select(entry => entry.Commitment)));
    }

    public void CoInvestments(
        CoInvestmentGrouping grouping, Measure measure, bool jointOnly, IReadOnlyList<CoInvestmentRow> rows, ListCoInvestmentsResponse last)
    {
        var where = $"{EnumNames.Of(measure)} by {EnumNames.Of(grouping)}, {(jointOnly ? "joint projects" : "all projects")}";
        var set = naive.Sharing(measure, jointOnly);
        var expected = groups.Of(grouping, set);
        var overlapping = grouping is CoInvestmentGrouping.Mineral or CoInvestmentGrouping.Kind;
        Same(where, "overlapping", overlapping, last.Overlapping);
        foreach (var (key, row) in expected.Keys.Zip(rows.OrderBy(row => row.Key, StringComparer.Ordinal)))
            Same(where, "next group", key, row.Key);
        Same(where, "number of groups", expected.Count, rows.Count);
        foreach (var row in rows)
            Table($"{where}, {row.Key}", naive.Table(measure, expected[row.Key]), row.Figures);
        Same(where, "has a total", !overlapping, last.Total is not null);
        if (last.Total is { } total)
            Table($"{where}, total", naive.Table(measure, set), total);
    }

    private void Support(ContingentSupport support)
    {
        var where = $"summary, contingent support, {EnumNames.Of(support.Instrument)}, {EnumNames.Of(support.Measure)}";
        var expected = naive.Table(support.Measure, [.. naive.Counting(support.Measure, support.Instrument)]);
        Same(where, "commitments", expected.Commitments, support.CommitmentCount);
        Same(where, "undisclosed", expected.Undisclosed, support.UndisclosedCount);
        Sides(where, expected, support.Sides);
        Same(where, "total", expected.Total, MinorUnits(where, support.Total));
    }

    private void Table(string where, NaiveTable expected, ShareTable actual)
    {
        Same(where, "projects", expected.Projects, actual.ProjectCount);
        Same(where, "commitments", expected.Commitments, actual.CommitmentCount);
        Same(where, "undisclosed", expected.Undisclosed, actual.UndisclosedCount);
        Same(where, "undated", expected.Undated, actual.UndatedCount);
        Sides(where, expected, actual.Sides);
        Same(where, "total", expected.Total, MinorUnits(where, actual.Total));
        Same(where, "nothing to share", expected.Total == 0, actual.NothingToShare);
        foreach (var (side, figure) in expected.Sides.Zip(actual.Sides))
            Same($"{where}, {side.SideId}", "share", Share(side.SharePpm), Share(figure.HasSharePpm ? figure.SharePpm : null));
    }

    private void Sides(string where, NaiveTable expected, IReadOnlyCollection<SideFigure> actual)
    {
        Same(
            where, "sides", string.Join(", ", expected.Sides.Select(side => side.SideId)),
            string.Join(", ", actual.Select(side => side.SideId)));
        foreach (var (side, figure) in expected.Sides.Zip(actual))
            Same($"{where}, {side.SideId}", "amount", Text(side.MinorUnits), Text(MinorUnits($"{where}, {side.SideId}", figure.Amount)));
    }

    private long MinorUnits(string where, Money? money)
    {
        if (!Amount.TryRead(money, out var amount, out var problem))
            throw new DifferenceException(where, $"its amount cannot be read: {problem}");
        Same(where, "currency", currency, amount.CurrencyCode);
        return amount.MinorUnits;
    }

    private void Same<T>(string where, string what, T recomputed, T answered)
    {
        if (!EqualityComparer<T>.Default.Equals(recomputed, answered))
            throw new DifferenceException(where, $"{what}: the gateway has {answered}, but the recomputed value is {recomputed}");
        Figures++;
    }

    private string Text(long minorUnits) => new Amount(minorUnits, currency).ToString();

    private static string Share(int? ppm) => ppm is { } share ? Views.Figures.Percent(share) : "none";
}
