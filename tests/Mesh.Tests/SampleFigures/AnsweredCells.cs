using System.Numerics;
using Google.Type;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>The gateway's answers as cells, by the same paths as the prediction's.</summary>
internal static class AnsweredCells
{
    public static Cells Of(PortfolioSummary summary)
    {
        var cells = Header(summary.Partnership, summary.AsOf, summary.RateDate, summary.ReportingCurrency);
        foreach (var table in summary.AllProjects)
            Add(cells, $"all/{Name(table.Measure)}", table);
        foreach (var table in summary.JointProjects)
            Add(cells, $"joint/{Name(table.Measure)}", table);
        foreach (var instrument in summary.Instruments)
        {
            foreach (var table in instrument.Measures.Where(table => table.CommitmentCount != 0 || Minor(table.Total) != 0))
                Add(cells, $"instruments/{Name(instrument.Instrument)}/{Name(table.Measure)}", table);
        }

        foreach (var support in summary.ContingentSupport.Where(support => support.CommitmentCount != 0 || Minor(support.Total) != 0))
        {
            var path = $"contingent/{Name(support.Instrument)}/{Name(support.Measure)}";
            foreach (var side in support.Sides)
                cells.Add($"{path}/{side.SideId}/amount", Text(side.Amount));
            cells.Add($"{path}/total", Text(support.Total));
            cells.Add($"{path}/commitment_count", support.CommitmentCount);
            cells.Add($"{path}/undisclosed_count", support.UndisclosedCount);
        }

        cells.Add("non_additive_count", summary.NonAdditiveCount);
        cells.Add("non_additive", string.Join(' ', summary.NonAdditive.Select(entry => entry.Commitment)));
        foreach (var entry in summary.NonAdditive)
        {
            cells.Add(
                $"non_additive/{entry.Commitment}",
                $"{entry.Project} {entry.Investor} {Name(entry.Instrument)} {Name(entry.CountingBasis)} {(entry.Amount is null ? "undisclosed" : Text(entry.Amount))}");
        }

        cells.Add("project_count", summary.ProjectCount);
        foreach (var stage in summary.Funnel.Where(stage => stage.ProjectCount != 0 || Minor(stage.CapitalCost) != 0))
        {
            cells.Add($"funnel/{Name(stage.Stage)}/project_count", stage.ProjectCount);
            cells.Add($"funnel/{Name(stage.Stage)}/capital_cost", Text(stage.CapitalCost));
            cells.Add($"funnel/{Name(stage.Stage)}/unknown_capital_cost_count", stage.UnknownCapitalCostCount);
        }

        cells.Add("capital_cost", Text(summary.CapitalCost));
        cells.Add("unknown_capital_cost_count", summary.UnknownCapitalCostCount);
        cells.Add("funding_gap", Text(summary.FundingGap));
        Add(cells, summary.Rates);
        return cells;
    }

    public static Cells Of(ListCoInvestmentsResponse answer)
    {
        var cells = new Cells();
        cells.Add("rows", string.Join(' ', answer.Rows.Select(row => row.Key)));
        cells.Add("overlapping", answer.Overlapping);
        foreach (var row in answer.Rows)
        {
            Add(cells, row.Key, row.Figures);
            if (row.Key.Contains('/', StringComparison.Ordinal))
                cells.Add($"{row.Key}/name", row.DisplayName);
        }

        if (answer.Total is not null)
            Add(cells, "total", answer.Total);
        Add(cells, answer.Rates);
        return cells;
    }

    public static Cells Of(ListPipelineResponse answer)
    {
        var cells = new Cells();
        foreach (var entry in answer.Entries)
        {
            cells.Add($"{entry.Project}/name", entry.DisplayName);
            cells.Add($"{entry.Project}/country", entry.Country);
            cells.Add($"{entry.Project}/stage", Name(entry.Stage) is var stage && stage == "UNSPECIFIED" ? "" : stage);
            cells.Add($"{entry.Project}/joint", entry.Joint);
            cells.Add($"{entry.Project}/committed", Text(entry.Committed));
            if (entry.CapitalCost is not null)
                cells.Add($"{entry.Project}/capital_cost", Text(entry.CapitalCost));
            if (entry.FundingGap is not null)
                cells.Add($"{entry.Project}/funding_gap", Text(entry.FundingGap));
        }

        Add(cells, answer.Rates);
        return cells;
    }

    public static Cells Of(ProjectDossier dossier)
    {
        var cells = Header(dossier.Partnership, dossier.AsOf, dossier.RateDate, dossier.ReportingCurrency);
        foreach (var table in dossier.Shares)
            Add(cells, Name(table.Measure), table);
        cells.Add("stack", string.Join(' ', dossier.CapitalStack.Select(entry => entry.Commitment.Name)));
        foreach (var entry in dossier.CapitalStack)
        {
            var path = $"stack/{entry.Commitment.Name}";
            cells.Add($"{path}/investor", entry.InvestorDisplayName);
            cells.Add($"{path}/measure", Name(entry.Measure));
            cells.Add($"{path}/enters_shares", entry.EntersShares);
            foreach (var part in entry.Attribution.Where(part => Minor(part.Amount) != 0))
                cells.Add($"{path}/{part.SideId}", Text(part.Amount));
        }

        Add(cells, dossier.Rates);
        return cells;
    }

    private static Cells Header(string partnership, Date asOf, Date rateDate, string currency)
    {
        var cells = new Cells();
        cells.Add("partnership", partnership);
        cells.Add("as_of", Text(asOf));
        cells.Add("rate_date", Text(rateDate));
        cells.Add("currency", currency);
        return cells;
    }

    private static void Add(Cells cells, string path, ShareTable table)
    {
        cells.Add($"{path}/measure", Name(table.Measure));
        cells.Add($"{path}/sides", string.Join(' ', table.Sides.Select(side => side.SideId)));
        foreach (var side in table.Sides)
        {
            cells.Add($"{path}/{side.SideId}/amount", Text(side.Amount));
            if (side.HasSharePpm)
                cells.Add($"{path}/{side.SideId}/share_ppm", side.SharePpm);
            if (side.HasTargetSharePpm)
                cells.Add($"{path}/{side.SideId}/target_share_ppm", side.TargetSharePpm);
            if (side.HasDistanceToTargetPpm)
                cells.Add($"{path}/{side.SideId}/distance_to_target_ppm", side.DistanceToTargetPpm);
        }

        cells.Add($"{path}/total", Text(table.Total));
        cells.Add($"{path}/nothing_to_share", table.NothingToShare);
        cells.Add($"{path}/project_count", table.ProjectCount);
        cells.Add($"{path}/commitment_count", table.CommitmentCount);
        cells.Add($"{path}/undisclosed_count", table.UndisclosedCount);
        cells.Add($"{path}/undated_count", table.UndatedCount);
    }

    private static void Add(Cells cells, IEnumerable<RateUsed> rates)
    {
        foreach (var rate in rates.Where(rate => rate.CurrencyCode != "EUR"))
            cells.Add($"rates/{rate.CurrencyCode}", $"{rate.UnitsPerEuro.Value} of {Text(rate.Date)}, {rate.AgeDays} days old");
    }

    private static BigInteger Minor(Money money)
    {
        var decimals = World.Decimals(money.CurrencyCode);
        var nanosOfOne = BigInteger.Pow(10, 9 - decimals);
        Assert.True(money.Nanos % nanosOfOne == 0, $"{money} is finer than the minor unit");
        return (money.Units * BigInteger.Pow(10, decimals)) + (money.Nanos / nanosOfOne);
    }

    private static string Text(Money money) => Cells.Money(Minor(money), money.CurrencyCode);

    private static string Text(Date date) => $"{date.Year:D4}-{date.Month:D2}-{date.Day:D2}";

    /// <summary><c>PreFeasibility</c> as <c>PRE_FEASIBILITY</c>.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
