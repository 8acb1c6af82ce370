using Mining.Portfolio.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>States how fresh the data of a figure is, and which exchange rates were used.</summary>
internal static class Freshness
{
    /// <summary>One line in the good case, and one more for each source that is not current.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<SourceFreshness> sources)
    {
        var late = sources.Where(source => source.State != SourceState.Current).ToList();
        var upTo = string.Join(", ", sources.Select(source => $"{source.Source} up to change {Figures.Count(source.AppliedSequence)}"));
        console.Sentence($"Data: {upTo}{(late.Count == 0 && sources.Count > 0 ? "; all current." : ".")}");
        foreach (var source in late)
            console.Warning($"  {Describe(source)}");
        foreach (var source in sources.Where(source => source.Delivery == SourceDelivery.FeedOnly))
            console.Warning($"  {DescribeDelivery(source)}");
    }

    /// <summary>That the broker does not deliver a service's changes, or does so again, in words.</summary>
    public static string DescribeDelivery(SourceFreshness source) => source.Delivery != SourceDelivery.FeedOnly
        ? $"{source.Source} is delivered by the broker again."
        : $"{source.Source} arrives by its feed only, seconds late: no delivery by the broker "
            + (source.TimeSinceDelivery is { } age ? $"for {Figures.Age(age)}." : "since the gateway started.");

    /// <summary>How the gateway stands to a service, in words.</summary>
    public static string Describe(SourceFreshness source) => source.State switch
    {
        SourceState.Current => $"{source.Source} is current.",
        SourceState.CatchingUp =>
            $"{source.Source}: " +
            $"{Figures.Count(source.LastKnownSequence - source.AppliedSequence, "change is", "changes are")} still being fetched.",
        SourceState.Silent when source.Staleness is { } age =>
            $"{source.Source} has been silent for {Figures.Age(age)}; its data may be out of date.",
        SourceState.Silent => $"{source.Source} has been silent since the gateway started; its data may be out of date.",
        _ => $"{source.Source}: the gateway reports no state.",
    };

    /// <summary>The exchange rates that were used, each with its date and, if it is older than the rate date, its age.</summary>
    public static void WriteRates(IAnsiConsole console, IEnumerable<RateUsed> rates, Google.Type.Date? rateDate)
    {
        var texts = rates.Where(rate => rate.CurrencyCode != "EUR").Select(rate =>
            $"{rate.CurrencyCode} {Figures.Number(rate.UnitsPerEuro)} of {Figures.Day(rate.Date)}" +
            (rate.AgeDays > 0 ? $" ({Figures.Count(rate.AgeDays, "day")} old)" : "")).ToList();
        if (texts.Count > 0)
            console.Sentence(
                $"Exchange rates{(rateDate is null ? "" : $" for {Figures.Day(rateDate)}")}, units per euro: {string.Join("; ", texts)}.");
    }
}
