using Mining.Gateway.Engine;
using Mining.Gateway.Facts;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Visibility;
using Mining.Portfolio.V1;
using Mining.Primitives.Names;

namespace Mining.Gateway.Features;

/// <summary>
/// Validates a query. All violations of a request are reported together, including those the caller has found already. Only a valid
/// request can fail because there is no data yet (UNAVAILABLE) or no such partnership (NOT_FOUND).
/// </summary>
internal static class QueryReader
{
    public static Query Read(PortfolioQuery? query, PortfolioSnapshot snapshot, Caller caller, DateOnly today, Violations violations)
    {
        query ??= new PortfolioQuery();
        var asOf = violations.ReadFullDate("query.as_of", query.AsOf) ?? today;
        var rateDate = violations.ReadFullDate("query.rate_date", query.RateDate) ?? asOf;
        if (query.ReportingCurrency != "")
            violations.CheckCurrency("query.reporting_currency", query.ReportingCurrency);
        var selection = SelectionReader.Read(query.Filter ?? new PortfolioFilter(), snapshot, violations);
        ResourceNames.Partnerships.ReadName("query.partnership", query.Partnership, violations, required: false);
        if (query.Partnership == "" && snapshot.Partnerships.Length > 1)
            violations.Add("query.partnership", $"is required, because there are several: {string.Join(", ", snapshot.Partnerships.Select(NameOf))}.");
        violations.ThrowIfAny();

        var view = Find(query.Partnership, snapshot);
        var currency = CurrencyIndex.Read(query.ReportingCurrency != "" ? query.ReportingCurrency : view.Partnership.ReportingCurrency);
        var visibility = snapshot.Visibilities.Of(VisibilityScope.Of(caller));
        return new Query(snapshot.VisibleTo(visibility), visibility, view, asOf, today, new FixedPointCurrency(currency, snapshot.Rates.On(rateDate)), selection);
    }

    private static AttributionMap Find(string name, PortfolioSnapshot snapshot)
    {
        if (!snapshot.HasData)
            throw new RefusedException(Refusal.Unavailable("NO_DATA_YET", "The gateway has not received any partnership yet; retry."));
        return snapshot.Partnerships.FirstOrDefault(view => name == "" || NameOf(view) == name)
            ?? throw new RefusedException(Refusal.NotFound(ResourceNames.Partnerships.ResourceType, name));
    }

    private static string NameOf(AttributionMap view) => view.Partnership.Name;
}
