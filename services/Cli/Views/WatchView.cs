using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mining.Cli.Shell;
using Mining.Portfolio.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Shows a summary once, and then only its changes.</summary>
internal sealed class WatchView(IAnsiConsole console, TimeProvider time)
{
    /// <summary>The fields of a summary that are shown.</summary>
    public static readonly FieldMask Shown = FieldMask.FromStringEnumerable<PortfolioSummary>(
    [
        "partnership", "as_of", "reporting_currency", "all_projects", "joint_projects", "project_count", "capital_cost", "funding_gap",
        "non_additive_count", "health.score", "health.bands",
    ]);

    private readonly HashSet<string> feedOnly = new(StringComparer.Ordinal);
    private PortfolioSummary? last;
    private Dictionary<string, SourceState> states = new(StringComparer.Ordinal);

    public void Show(WatchPortfolioResponse response)
    {
        if (response.Summary is { } summary)
            Show(summary);
        ShowStates(response.Summary?.Freshness ?? response.Heartbeat?.Freshness ?? []);
    }

    private void Show(PortfolioSummary summary)
    {
        if (last is null)
        {
            console.Sentence($"{Now()} {ResourceNames.Id(summary.Partnership)} as of {Figures.Day(summary.AsOf)}; Ctrl+C ends.");
            ShareTables.Write(console, "Shares, all projects", summary.ReportingCurrency, summary.AllProjects);
            ShareTables.Write(console, "Shares, joint projects", summary.ReportingCurrency, summary.JointProjects);
            console.WriteLine();
        }
        else
        {
            var changes = Changes(last, summary).ToList();
            foreach (var change in changes)
                console.Sentence($"{Now()} {change}");
            if (changes.Count == 0)
                console.Sentence($"{Now()} Figures that are not shown here have changed; `mining summary` shows all figures.");
        }

        last = summary;
    }

    /// <summary>A service that falls silent, is no longer delivered or comes back is news; an ordinary heartbeat is none.</summary>
    private void ShowStates(RepeatedField<SourceFreshness> sources)
    {
        foreach (var source in sources)
        {
            // Not reported: CATCHING_UP, which occurs briefly with every write.
            var wasSilent = states.GetValueOrDefault(source.Source) == SourceState.Silent;
            if (source.State == SourceState.Silent != wasSilent)
                console.Sentence($"{Now()} {Freshness.Describe(source)}");
            // A gateway that has just started does not know yet.
            if (source.Delivery == SourceDelivery.FeedOnly ? feedOnly.Add(source.Source) : source.Delivery == SourceDelivery.Broker && feedOnly.Remove(source.Source))
                console.Sentence($"{Now()} {Freshness.DescribeDelivery(source)}");
        }

        if (sources.Count > 0)
            states = sources.ToDictionary(source => source.Source, source => source.State, StringComparer.Ordinal);
    }

    private static IEnumerable<string> Changes(PortfolioSummary before, PortfolioSummary after)
    {
        if (!Equals(before.AsOf, after.AsOf))
            yield return $"as of {Figures.Day(after.AsOf)}";
        foreach (var change in Changes("all projects", before.AllProjects, after.AllProjects))
            yield return change;
        foreach (var change in Changes("joint projects", before.JointProjects, after.JointProjects))
            yield return change;
        (string Name, string Before, string After)[] figures =
        [
            ("projects", Figures.Count(before.ProjectCount), Figures.Count(after.ProjectCount)),
            ("capital cost", Figures.AmountWithCurrency(before.CapitalCost), Figures.AmountWithCurrency(after.CapitalCost)),
            ("funding gap", Figures.AmountWithCurrency(before.FundingGap), Figures.AmountWithCurrency(after.FundingGap)),
            ("not additive", Figures.Count(before.NonAdditiveCount), Figures.Count(after.NonAdditiveCount)),
            ("health score", Figures.Score(before.Health?.Score), Figures.Score(after.Health?.Score)),
            ("health bands (green, amber, red, unknown, not scored)", Bands(before), Bands(after)),
        ];
        foreach (var (name, was, now) in figures.Where(figure => figure.Before != figure.After))
            yield return $"{name}: {was} → {now}";
    }

    private static IEnumerable<string> Changes(string set, IEnumerable<ShareTable> before, IEnumerable<ShareTable> after)
    {
        foreach (var (was, now) in before.Zip(after))
        {
            var name = $"{set}, {EnumNames.Of(now.Measure)}";
            foreach (var side in now.Sides)
            {
                var old = was.Sides.FirstOrDefault(other => other.SideId == side.SideId);
                if (!side.Equals(old))
                    yield return $"{name}, {side.SideId}: {Change(old, side)}";
            }

            (string Name, int Before, int After)[] counts =
            [
                ("projects", was.ProjectCount, now.ProjectCount), ("commitments", was.CommitmentCount, now.CommitmentCount),
                ("undisclosed", was.UndisclosedCount, now.UndisclosedCount), ("undated", was.UndatedCount, now.UndatedCount),
            ];
            foreach (var count in counts.Where(count => count.Before != count.After))
                yield return $"{name}, {count.Name}: {Figures.Count(count.Before)} → {Figures.Count(count.After)}";
        }
    }

    /// <summary>Omits the amount if only the share has changed.</summary>
    private static string Change(SideFigure? before, SideFigure after) => before is not null && before.Amount.Equals(after.Amount)
        ? $"{ShareTables.Share(before)} → {ShareTables.Share(after)}"
        : $"{Figure(before)} → {Figure(after)}";

    private static string Figure(SideFigure? side) =>
        side is null ? Figures.None : $"{Figures.AmountWithCurrency(side.Amount)}, {ShareTables.Share(side)}";

    private static string Bands(PortfolioSummary summary) => summary.Health?.Bands is { } bands
        ? FormattableString.Invariant($"{bands.Green}, {bands.Amber}, {bands.Red}, {bands.Unknown}, {bands.NotScored}")
        : Figures.None;

    private string Now() => time.GetUtcNow().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
