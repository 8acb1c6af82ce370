using Mining.Cli.Shell;
using Mining.Investors.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Says what confidential commitments of other sides mean for figures.</summary>
internal static class Confidential
{
    /// <summary>Nothing where the caller sees all of them.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="withheld">Whether the caller does not see those of every side.</param>
    /// <param name="totals">What of them is in the figures.</param>
    public static void Write(IAnsiConsole console, bool withheld, IReadOnlyCollection<ConfidentialTotal> totals)
    {
        if (!withheld)
            return;
        var included = totals.Select(total =>
            $"{total.SideId} {EnumNames.Of(total.Instrument)} {Figures.AmountWithCurrency(total.Pledged)} pledged, " +
            $"{Figures.Amount(total.Committed)} committed, {Figures.Amount(total.Disbursed)} disbursed");
        console.Sentence(
            "Confidential commitments that you do not see are not in these figures" +
            (totals.Count == 0 ? "." : $", but for their published totals: {string.Join("; ", included)}."));
    }
}
