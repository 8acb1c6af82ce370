using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Lists exchange rates by day, latest first, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListExchangeRates(ExchangeRateStore store, PageTokens tokens)
    : ListFeature<ListExchangeRatesRequest, ListExchangeRatesResponse, ExchangeRateTable>(tokens)
{
    protected override void Validate(ListExchangeRatesRequest request, Violations violations)
    {
        var (from, to) = Range(request, violations);
        if (to < from)
            violations.Add("to_date", $"is {to:O}; it must not be before from_date, {from:O}.");
    }

    protected override Task<IReadOnlyList<ExchangeRateTable>> Read(
        ListExchangeRatesRequest request, Caller caller, string after, int limit, CancellationToken cancellation)
    {
        var (from, to) = Range(request, new Violations());
        return store.List(from, to, after.Length > 0 ? after : ExchangeRateStore.AfterAll, limit, cancellation);
    }

    protected override string KeyOf(ExchangeRateTable resource) => ResourceNames.ExchangeRateTables.Id(resource.Name);

    private static (DateOnly From, DateOnly To) Range(ListExchangeRatesRequest request, Violations violations) => (
        violations.ReadFullDate("from_date", request.FromDate) ?? DateOnly.MinValue,
        violations.ReadFullDate("to_date", request.ToDate) ?? DateOnly.MaxValue);

    protected override ListExchangeRatesResponse Respond(IEnumerable<ExchangeRateTable> page, string nextPageToken) =>
        new() { ExchangeRateTables = { page }, NextPageToken = nextPageToken };
}
