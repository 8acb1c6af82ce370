using Mining.Portfolio.V1;
using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Says how far a figure can be relied on: how fresh the data behind it is, and which exchange rates it used.</summary>
internal static class Freshness
{
    /// <summary>One line where all is well, else a line for each service that is not.</summary>
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
            $"{source.Source} has been silent for {Figures.Age(age)}: its data is as of then.",
        SourceState.Silent => $"{source.Source} has not been heard of since the gateway started: its data is older than that.",
        _ => $"{source.Source}: the gateway does not say how it stands.",
    };

    /// <summary>The exchange rates that were used, each with its day where it is not the rate date itself.</summary>
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
