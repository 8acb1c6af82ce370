using Mining.Cli.Shell;
using Mining.Investors.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>States how confidential commitments of other sides affect the figures.</summary>
internal static class Confidential
{
    /// <summary>Prints nothing if the caller sees all confidential commitments.</summary>
    /// <param name="console">The console.</param>
    /// <param name="withheld">Whether some confidential commitments are hidden from the caller.</param>
    /// <param name="totals">The published totals of hidden commitments that the figures include.</param>
    public static void Write(IAnsiConsole console, bool withheld, IReadOnlyCollection<ConfidentialTotal> totals)
    {
        if (!withheld)
            return;
        var included = totals.Select(total =>
            $"{total.SideId} {EnumNames.Of(total.Instrument)} {Figures.AmountWithCurrency(total.Pledged)} pledged, " +
            $"{Figures.Amount(total.Committed)} committed, {Figures.Amount(total.Disbursed)} disbursed");
        console.Sentence(
            "These figures exclude confidential commitments that you may not see" +
            (totals.Count == 0 ? "." : $", except their published totals: {string.Join("; ", included)}."));
    }
}
