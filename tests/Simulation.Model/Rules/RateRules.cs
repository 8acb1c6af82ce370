using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The exchange rates of a day.</summary>
internal static class RateRules
{
    public static Decision Publish(MeshModel model, PublishExchangeRatesRequest request, DateTimeOffset now)
    {
        if (!Dates.IsFull(request.Date) || !Dates.AreValid(request.Date) || request.Rates.Count is < 1 or > 200
            || !request.Rates.All(IsValid) || !Texts.EachOnce(request.Rates.Select(rate => rate.CurrencyCode)) || !Texts.AreSources(request.Sources))
            return Decision.Invalid;

        var name = $"exchangeRateTables/{request.Date.FirstDay():yyyy-MM-dd}";
        var present = model.Of<ExchangeRateTable>(name);
        // If nothing is new, nothing is recorded.
        if (present is not null && request.Sources.All(present.Sources.Contains)
            && request.Rates.All(rate => present.Rates.Any(known => known.CurrencyCode == rate.CurrencyCode && known.UnitsPerEuro.Value() == rate.UnitsPerEuro.Value())))
            return Decision.Unchanged(present);

        // Rates of currencies that are not named are kept.
        var rates = (present?.Rates ?? [])
            .Where(known => request.Rates.All(rate => rate.CurrencyCode != known.CurrencyCode))
            .Concat(request.Rates)
            .OrderBy(rate => rate.CurrencyCode, StringComparer.Ordinal)
            .ToList();
        var table = present?.Clone() ?? new ExchangeRateTable { Date = request.Date };
        table.Rates.Clear();
        table.Rates.AddRange(rates);
        // Rates of several publications are merged, and so are their sources.
        table.Sources.AddRange(request.Sources.Where(source => !table.Sources.Contains(source)));
        return Decision.Take(present is null ? table.Created(name, now) : table.Next(now));
    }

    private static bool IsValid(ExchangeRate rate) =>
        rate.CurrencyCode != "EUR"
        && Catalogue.MinorDigits.ContainsKey(rate.CurrencyCode)
        && rate.UnitsPerEuro is { } units
        && Amounts.HasMaxDecimals(10, units)
        && units.Value() is > 0 and < 1_000_000_000_000m;
}
