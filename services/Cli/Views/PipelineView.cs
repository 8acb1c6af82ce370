using Mining.Cli.Shell;
using Mining.Portfolio.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows the health of the pipeline: by stage, in total, and by project.</summary>
internal static class PipelineView
{
    /// <summary>The pipeline by stage, and the remaining funding gap.</summary>
    public static void WriteFunnel(IAnsiConsole console, PortfolioSummary summary)
    {
        console.Heading("Pipeline by stage");
        var table = Tables.Of(
            Tables.Name("Stage"), Tables.Figure("Projects"), Tables.Figure($"Capital cost ({summary.ReportingCurrency})"),
            Tables.Figure("Not\nknown"),
            Tables.Figure("Green"), Tables.Figure("Amber"), Tables.Figure("Red"), Tables.Figure("Unknown"), Tables.Figure("Not\nscored"));
        foreach (var stage in summary.Funnel.Where(stage => stage.ProjectCount > 0))
        {
            var bands = stage.Bands ?? new BandCounts();
            table.Add(
                EnumNames.Of(stage.Stage), Figures.Count(stage.ProjectCount), Figures.Amount(stage.CapitalCost),
                Figures.Count(stage.UnknownCapitalCostCount), Figures.Count(bands.Green), Figures.Count(bands.Amber),
                Figures.Count(bands.Red),
                Figures.Count(bands.Unknown), Figures.Count(bands.NotScored));
        }

        console.Write(table);
        console.Sentence(
            $"Capital cost {Figures.AmountWithCurrency(summary.CapitalCost, "unknown")}" +
            (summary.UnknownCapitalCostCount > 0 ? $" (unknown for {Figures.Count(summary.UnknownCapitalCostCount, "project")})" : "") +
            $"; funding gap {Figures.AmountWithCurrency(summary.FundingGap, "unknown")}.");
    }

    /// <summary>The health of the pipeline, and its worst projects with their reasons.</summary>
    public static void WriteHealth(IAnsiConsole console, PortfolioSummary summary)
    {
        if (summary.Health is not { } health)
            return;
        var bands = health.Bands ?? new BandCounts();
        console.Heading("Pipeline health");
        console.Sentence(
            (health.Score is null
                ? "No score: no project has both a health score and a known capital cost. "
                : $"Score {Figures.Score(health.Score)} of 100, weighted by capital cost over " +
                  $"{Figures.Count(health.WeighedProjectCount, "project")}. ") +
            $"Green {Figures.Count(bands.Green)}, amber {Figures.Count(bands.Amber)}, red {Figures.Count(bands.Red)}, " +
            $"unknown {Figures.Count(bands.Unknown)}, not scored {Figures.Count(bands.NotScored)}; " +
            $"{Figures.Count(health.UnknownComponentCount, "component is", "components are")} unknown.");
        if (health.Worst.Count == 0)
            return;
        var table = Tables.Of(
            Tables.Text("Worst"), Tables.Name("Stage"), Tables.Figure("Score"), Tables.Name("Band"), Tables.Text("Why"));
        foreach (var entry in health.Worst)
        {
            var state = entry.Health ?? new Health();
            table.Add(entry.DisplayName, EnumNames.Of(entry.Stage), Figures.Score(state.Score), EnumNames.Of(state.Band), Why(state));
        }

        console.Write(table);
    }

    /// <summary>The list of projects with their health.</summary>
    public static void WriteList(IAnsiConsole console, IReadOnlyList<PipelineEntry> entries)
    {
        var currency = entries.SelectMany(entry => new[] { entry.Committed, entry.CapitalCost })
            .FirstOrDefault(money => money is not null)?.CurrencyCode ?? "";
        var table = Tables.Of(
            Tables.Text("Project"), Tables.Name(Tables.Country), Tables.Name("Stage"), Tables.Figure("Score"), Tables.Name("Band"),
            Tables.Figure("Capital\ncost"), Tables.Figure("Com-\nmitted"), Tables.Figure("Gap"), Tables.Name(""));
        foreach (var entry in entries)
        {
            var state = entry.Health ?? new Health();
            table.Add(
                ResourceNames.Id(entry.Project), entry.Country, EnumNames.Of(entry.Stage),
                Figures.Score(state.Score), EnumNames.Of(state.Band),
                Figures.Millions(entry.CapitalCost), Figures.Millions(entry.Committed), Figures.Millions(entry.FundingGap),
                entry.Joint ? "joint" : "");
        }

        console.Write(table);
        console.Sentence(
            $"{Figures.Count(entries.Count, "project")}. Amounts in million {currency}, rounded; --json has exact amounts. " +
            "`mining project ID` shows the reasons.");
    }

    /// <summary>The red flags, or if there are none, the component that lowers the score most.</summary>
    private static string Why(Health health)
    {
        if (health.RedFlags.Count > 0)
            return string.Join("; ", health.RedFlags);
        return health.Components
            .Where(component => component.State == HealthComponentState.Scored)
            .OrderByDescending(Cost)
            .Select(component => $"{EnumNames.Of(component.Kind)}: {component.Reason}")
            .FirstOrDefault("");
    }

    private static decimal Cost(HealthComponent component) =>
        Primitives.Numbers.DecimalText.TryRead(component.Score, out var score, out _) ? (100 - score) * component.Weight : 0;
}
