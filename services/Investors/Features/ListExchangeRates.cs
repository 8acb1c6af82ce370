using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Lists exchange rates by day, latest first, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListExchangeRates(ExchangeRateStore store, PageTokens tokens)
{
    public async Task<ListExchangeRatesResponse> Run(ListExchangeRatesRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        var from = violations.ReadFullDate("from_date", request.FromDate) ?? DateOnly.MinValue;
        var to = violations.ReadFullDate("to_date", request.ToDate) ?? DateOnly.MaxValue;
        if (to < from)
            violations.Add("to_date", $"is {to:O}; it must not be before from_date, {from:O}.");
        violations.ThrowIfAny();

        var tables = await store.List(from, to, position is [var day] ? day : ExchangeRateStore.AfterAll, pageSize + 1, cancellation);
        var answer = new ListExchangeRatesResponse { ExchangeRateTables = { tables.Take(pageSize) } };
        if (tables.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, ResourceNames.ExchangeRateTables.Id(tables[pageSize - 1].Name));
        return answer;
    }
}
