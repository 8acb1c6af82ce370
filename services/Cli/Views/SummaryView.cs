using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows a portfolio summary.</summary>
public static class SummaryView
{
    private static readonly Measure[] AllMeasures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    /// <summary>Writes the whole summary.</summary>
    /// <param name="console">The console; <see cref="Terminal.Create"/> creates one.</param>
    /// <param name="summary">The response of the gateway.</param>
    /// <param name="measure">Show only this measure. Default: all of them.</param>
    /// <param name="listNonAdditive">List the commitments that are not additive instead of counting them by reason.</param>
    public static void Write(IAnsiConsole console, PortfolioSummary summary, Measure? measure = null, bool listNonAdditive = false)
    {
        var currency = summary.ReportingCurrency;
        Measure[] measures = measure is { } only ? [only] : AllMeasures;
        console.Sentence(
            $"{ResourceNames.Id(summary.Partnership)} as of {Figures.Day(summary.AsOf)}, in {currency}: " +
            $"{Figures.Count(summary.ProjectCount, "project")}");
        ShareTables.Write(console, "Shares, all projects", currency, summary.AllProjects.Where(table => measures.Contains(table.Measure)));
        ShareTables.Write(
            console, "Shares, joint projects (money of at least two sides)", currency,
            summary.JointProjects.Where(table => measures.Contains(table.Measure)));
        WriteInstruments(console, summary, measures);
        WriteContingent(console, summary, measures);
        WriteNonAdditive(console, summary, listNonAdditive);
        PipelineView.WriteFunnel(console, summary);
        PipelineView.WriteHealth(console, summary);
        console.WriteLine();
        Freshness.WriteRates(console, summary.Rates, summary.RateDate);
        Confidential.Write(console, summary.ConfidentialWithheld, summary.ConfidentialTotals);
        Freshness.Write(console, summary.Freshness);
    }

    private static void WriteInstruments(IAnsiConsole console, PortfolioSummary summary, Measure[] measures)
    {
        var entries = summary.Instruments
            .SelectMany(instrument => instrument.Measures, (instrument, shares) => (instrument.Instrument, Shares: shares))
            .Where(entry => measures.Contains(entry.Shares.Measure) && entry.Shares.CommitmentCount > 0)
            .ToList();
        if (entries.Count == 0)
            return;
        console.Heading("By instrument, all projects");
        var sides = entries[0].Shares.Sides.Select(side => side.SideId).ToList();
        var table = Tables.Of(
        [
            Tables.Name("Instrument"), Tables.Name("Measure"), Tables.Figure($"Amount ({summary.ReportingCurrency})"),
            .. sides.Select(Tables.Figure), Tables.Figure(Tables.Commitments), Tables.Figure(Tables.Undisclosed),
        ]);
        var last = Instrument.Unspecified;
        foreach (var (instrument, shares) in entries)
        {
            table.Add(
            [
                instrument == last ? "" : EnumNames.Of(instrument), EnumNames.Of(shares.Measure), Figures.Amount(shares.Total),
                .. shares.Sides.Select(ShareTables.Share), Figures.Count(shares.CommitmentCount), Figures.Count(shares.UndisclosedCount),
            ]);
            last = instrument;
        }

        console.Write(table);
    }

    private static void WriteContingent(IAnsiConsole console, PortfolioSummary summary, Measure[] measures)
    {
        var entries = summary.ContingentSupport.Where(entry => measures.Contains(entry.Measure) && entry.CommitmentCount > 0).ToList();
        if (entries.Count == 0)
            return;
        console.Heading("Contingent support, not included in the shares");
        var table = Tables.Of(
            Tables.Name("Instrument"), Tables.Name("Measure"), Tables.Figure($"Amount ({summary.ReportingCurrency})"),
            Tables.Figure(Tables.Commitments), Tables.Figure(Tables.Undisclosed));
        foreach (var entry in entries)
        {
            table.Add(
                EnumNames.Of(entry.Instrument), EnumNames.Of(entry.Measure), Figures.Amount(entry.Total),
                Figures.Count(entry.CommitmentCount), Figures.Count(entry.UndisclosedCount));
        }

        console.Write(table);
    }

    private static void WriteNonAdditive(IAnsiConsole console, PortfolioSummary summary, bool list)
    {
        if (summary.NonAdditiveCount == 0)
            return;
        console.Heading("Not additive: listed, but not included in the amounts");
        if (list)
            WriteNonAdditiveList(console, summary);
        var reasons = summary.NonAdditive.GroupBy(entry => entry.CountingBasis).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key)
            .Select(group => $"{Text(group.Key)} {Figures.Count(group.Count())}");
        var more = summary.NonAdditiveCount - summary.NonAdditive.Count;
        console.Sentence(
            $"{Figures.Count(summary.NonAdditiveCount, "commitment")}: {string.Join(", ", reasons)}" +
            (more > 0 ? $", and {Figures.Count(more)} more" : "") + ".");
    }

    private static void WriteNonAdditiveList(IAnsiConsole console, PortfolioSummary summary)
    {
        var table = Tables.Of(
            Tables.Name("Commitment"), Tables.Text("Project"), Tables.Text("Investor"), Tables.Name("Instrument"),
            Tables.Text("Why"), Tables.Figure("Amount"));
        foreach (var entry in summary.NonAdditive)
        {
            table.Add(
                ResourceNames.Id(entry.Commitment), ResourceNames.Id(entry.Project), ResourceNames.Id(entry.Investor),
                EnumNames.Of(entry.Instrument), Text(entry.CountingBasis), Figures.AmountWithCurrency(entry.Amount));
        }

        console.Write(table);
    }

    private static string Text(CountingBasis basis) => EnumNames.Of(basis).Replace('-', ' ');
}
