using System.Globalization;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using WireMoney = Google.Type.Money;

namespace Mining.Gateway.Tests.Naive;

/// <summary>Every figure of every answer of the gateway, under the names of <see cref="NaivePortfolio.Figures"/>.</summary>
internal sealed class AnsweredFigures(PortfolioSnapshot snapshot, PortfolioQuery query)
{
    private static readonly DateOnly Today = new(2026, 1, 1);
    private static readonly Gateway.Health.HealthRules Rules = new();
    private static readonly Measure[] Measures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];
    private readonly SortedDictionary<string, string> figures = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> All() => All(new GetPortfolioSummary(Rules).Answer(snapshot, new() { Query = query }, Building.World.Reader, Today, []));

    public SortedDictionary<string, string> All(PortfolioSummary summary)
    {
        AddTables("all", summary.AllProjects);
        AddTables("joint", summary.JointProjects);
        foreach (var instrument in summary.Instruments)
            AddTables($"instrument/{instrument.Instrument}", instrument.Measures);
        foreach (var support in summary.ContingentSupport)
        {
            var name = $"contingent/{support.Instrument}/{Upper(support.Measure)}";
            foreach (var side in support.Sides)
                figures[$"{name}/{side.SideId}"] = Text(side.Amount);
            figures[name] = $"{support.CommitmentCount} {support.UndisclosedCount}";
        }

        figures["non-additive"] = string.Join(" ", summary.NonAdditive.Select(entry => $"{entry.Commitment}={(entry.Amount is null ? "?" : Text(entry.Amount))}"));
        AddPipeline(summary);
        AddGroups("project", CoInvestmentGrouping.Project);
        AddGroups("mineral", CoInvestmentGrouping.Mineral);
        AddGroups("kind", CoInvestmentGrouping.Kind);
        AddGroups("country", CoInvestmentGrouping.Country);
        AddGroups("stage", CoInvestmentGrouping.Stage);
        AddGroups("instrument", CoInvestmentGrouping.Instrument);
        AddGroups("investor", CoInvestmentGrouping.Investor);
        AddGroups("year", CoInvestmentGrouping.Year);
        return figures;
    }

    private void AddPipeline(PortfolioSummary summary)
    {
        foreach (var stage in summary.Funnel)
            figures[$"funnel/{stage.Stage}"] = $"{stage.ProjectCount} {Text(stage.CapitalCost)} {stage.UnknownCapitalCostCount} {Bands(stage.Bands)}";
        figures["capital-cost"] = $"{Text(summary.CapitalCost)} {summary.UnknownCapitalCostCount}";
        figures["funding-gap"] = Text(summary.FundingGap);
        var health = summary.Health;
        figures["health"] = $"{health.Score?.Value ?? "-"} {health.WeighedProjectCount} {Bands(health.Bands)} {health.UnknownComponentCount}";
        figures["worst"] = string.Join(" ", health.Worst.Select(entry => entry.Project));
        foreach (var entry in new ListPipeline(Rules, new PageTokens([])).Answer(snapshot, new() { Query = query }, Building.World.Reader, Today, []).Entries)
        {
            var components = string.Join(",", entry.Health.Components.Select(component => component.State switch
            {
                HealthComponentState.Scored => component.Score.Value,
                HealthComponentState.Unknown => "?",
                _ => "-",
            }));
            figures[$"pipeline/{entry.Project}"] = string.Join(
                " ", entry.Stage, Upper(entry.Health.Band), entry.Health.Score?.Value ?? "-", components, entry.Health.RedFlags.Count,
                entry.CapitalCost is null ? "?" : Text(entry.CapitalCost), Text(entry.Committed),
                entry.FundingGap is null ? "?" : Text(entry.FundingGap), entry.Joint);
        }
    }

    private void AddGroups(string name, CoInvestmentGrouping grouping)
    {
        foreach (var measure in Measures)
        {
            var request = new ListCoInvestmentsRequest { Query = query, GroupBy = grouping, Measure = measure, PageSize = 1_000 };
            foreach (var row in new ListCoInvestments(new PageTokens([])).Answer(snapshot, request, Building.World.Reader, Today, []).Rows)
                AddTable($"by-{name}/{Upper(measure)}/{row.Key}", row.Figures);
        }
    }

    private void AddTables(string name, IEnumerable<ShareTable> tables)
    {
        foreach (var table in tables)
            AddTable($"{name}/{Upper(table.Measure)}", table);
    }

    private void AddTable(string name, ShareTable table)
    {
        foreach (var side in table.Sides)
        {
            int? share = side.HasSharePpm ? side.SharePpm : null;
            int? target = side.HasTargetSharePpm ? side.TargetSharePpm : null;
            int? distance = side.HasDistanceToTargetPpm ? side.DistanceToTargetPpm : null;
            figures[$"{name}/{side.SideId}"] = $"{Text(side.Amount)} {share} {target} {distance}";
        }

        figures[name] = $"{Text(table.Total)} projects {table.ProjectCount} commitments {table.CommitmentCount} "
            + $"undisclosed {table.UndisclosedCount} undated {table.UndatedCount}";
    }

    private static string Bands(BandCounts bands) => string.Join("/", bands.Green, bands.Amber, bands.Red, bands.Unknown, bands.NotScored);

    private static string Text(WireMoney money) => (money.Units + money.Nanos / 1_000_000_000m).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Upper<T>(T value)
        where T : Enum => string.Concat(value.ToString().Select((letter, place) => (place > 0 && char.IsUpper(letter) ? "_" : "") + char.ToUpperInvariant(letter)));
}
