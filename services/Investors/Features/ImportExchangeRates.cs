using Mining.Common.V1;
using Mining.Investors.Api;
using Mining.Investors.Domain;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;

namespace Mining.Investors.Features;

/// <summary>
/// Imports a file of the European Central Bank. Each day is a separate change, and a day that already has these rates is skipped, so an
/// interrupted import can simply be repeated. Errors: INVALID_ARGUMENT, naming up to 100 invalid lines and columns, in which case nothing
/// is imported; FAILED_PRECONDITION (TOO_MANY_RATES, TOO_MANY_SOURCES).
/// </summary>
public sealed class ImportExchangeRates(Committer committer) : Feature<ImportExchangeRatesRequest, ImportExchangeRatesResponse>
{
    /// <summary>Maximum size of a file in bytes.</summary>
    public const int MaxFileBytes = 3 << 20;

    /// <summary>Number of days that wait for the writer at once: enough to fill a transaction while another one commits.</summary>
    private const int InFlight = 2 * Committer.MaxBatchSize;

    private static readonly Source Origin = new()
    {
        Citation = "European Central Bank, euro foreign exchange reference rates, eurofxref-hist.csv, "
            + "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip",
    };

    public override async Task<ImportExchangeRatesResponse> Run(
        ImportExchangeRatesRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var from = violations.ReadFullDate("from_date", request.FromDate) ?? DateOnly.MinValue;
        IReadOnlyList<DayRates> days = [];
        if (request.Csv.Length > MaxFileBytes)
            violations.Add("csv", $"has {request.Csv.Length} bytes; at most {MaxFileBytes} are allowed. Send it in parts, each with the header.");
        else
            days = ReferenceRateFile.Read("csv", request.Csv.Span, violations);
        violations.ThrowIfAny();

        var imported = 0;
        var unchanged = 0;
        await Parallel.ForEachAsync(
            days.Where(day => day.Day >= from),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation },
            async (day, token) =>
            {
                if (await Import(command, day, token))
                    Interlocked.Increment(ref imported);
                else
                    Interlocked.Increment(ref unchanged);
            });
        return new ImportExchangeRatesResponse { ImportedDays = imported, UnchangedDays = unchanged };
    }

    /// <summary>Imports a day. Returns false if it already had the same rates.</summary>
    private async Task<bool> Import(Command command, DayRates day, CancellationToken cancellation)
    {
        var isNew = false;
        await committer.Run(command, Merge, cancellation);
        return isNew;

        async Task<ExchangeRateTable> Merge(UnitOfWork work)
        {
            var present = await ExchangeRateStore.Find(work, day.Day);
            isNew = !ExchangeRateReader.ToDomain(day.Day, present).Has(day);
            return isNew ? await PublishExchangeRates.Merge(work, present, day, [Origin]) : present ?? new ExchangeRateTable();
        }
    }
}
