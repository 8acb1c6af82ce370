using Mining.Common.V1;
using Mining.Investors.Api;
using Mining.Investors.Domain;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;

namespace Mining.Investors.Features;

/// <summary>
/// Records exchange rates of one day. Rates of other currencies stay, and rates that are already recorded cause no change. Errors:
/// INVALID_ARGUMENT; FAILED_PRECONDITION (TOO_MANY_RATES, TOO_MANY_SOURCES) if the day's table would exceed its limits.
/// </summary>
public sealed class PublishExchangeRates(Committer committer) : CommandFeature<PublishExchangeRatesRequest, ExchangeRateTable>(committer)
{
    public override Func<UnitOfWork, Task<ExchangeRateTable>> Prepare(PublishExchangeRatesRequest request, Violations violations)
    {
        var day = violations.ReadFullDate("date", request.Date, required: true);
        var rates = ExchangeRateReader.Read(day ?? default, request.Rates, "rates", violations);
        violations.CheckSources("sources", request.Sources);
        return Publish;

        async Task<ExchangeRateTable> Publish(UnitOfWork work)
        {
            var present = await ExchangeRateStore.Find(work, rates.Day);
            return await Merge(work, present, rates, request.Sources);
        }
    }

    /// <summary>Merges rates and sources into a day's table. Returns the current table if nothing is new.</summary>
    internal static async Task<ExchangeRateTable> Merge(
        UnitOfWork work, ExchangeRateTable? present, DayRates rates, IEnumerable<Source> sources)
    {
        var before = ExchangeRateReader.ToDomain(rates.Day, present);
        var merged = before.With(rates);
        List<Source> sourcesMerged = [.. (present?.Sources ?? []).Union(sources)];
        if (present is not null && before.Has(rates) && sourcesMerged.Count == present.Sources.Count)
            return present;
        var table = ExchangeRateWriter.ToTable(merged, sourcesMerged);
        if (merged.UnitsPerEuro.Count > DayRates.MaxRates)
        {
            throw new RefusedException(Refusal.Precondition(
                "TOO_MANY_RATES", table.Name, $"A day has at most {DayRates.MaxRates} rates."));
        }

        if (sourcesMerged.Count > FieldReaders.MaxSources)
        {
            throw new RefusedException(Refusal.Precondition(
                "TOO_MANY_SOURCES", table.Name, $"A day's rates have at most {FieldReaders.MaxSources} sources."));
        }

        return await ExchangeRateStore.Save(work, present, table);
    }
}
