using Grpc.Core;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Platform.Errors;
using Mining.Platform.Numbers;
using Mining.Portfolio.V1;
using WireDate = Google.Type.Date;

namespace Mining.Gateway.Features;

/// <summary>
/// Reads what a figure is asked for. It names everything that is wrong with a request at once, together with what the caller has
/// already found; only then it says that there is no data yet (UNAVAILABLE) or no such partnership (NOT_FOUND).
/// </summary>
internal static class QueryReader
{
    public static Query Read(PortfolioQuery? query, PortfolioSnapshot snapshot, DateOnly today, Violations violations)
    {
        query ??= new PortfolioQuery();
        var asOf = ReadDate(query.AsOf, "query.as_of", violations) ?? today;
        var rateDate = ReadDate(query.RateDate, "query.rate_date", violations) ?? asOf;
        if (query.ReportingCurrency != "" && !Currency.TryGet(query.ReportingCurrency, out _))
            violations.Add("query.reporting_currency", Currency.Refusal(query.ReportingCurrency));
        var selection = SelectionReader.Read(query.Filter ?? new PortfolioFilter(), snapshot, violations);
        CheckPartnership(query.Partnership, snapshot, violations);
        violations.ThrowIfAny();

        var view = FindPartnership(query.Partnership, snapshot);
        var currency = CurrencyIndex.Read(query.ReportingCurrency != "" ? query.ReportingCurrency : view.Partnership.ReportingCurrency);
        return new Query(snapshot, view, asOf, new ReportingCurrency(currency, snapshot.Rates.On(rateDate)), selection);
    }

    private static DateOnly? ReadDate(WireDate? date, string field, Violations violations)
    {
        if (date is null)
            return null;
        if (!PartialDate.TryRead(date, out var read, out var problem))
            violations.Add(field, problem);
        else if (!read.IsFull)
            violations.Add(field, $"The date {read} is not a day; give year, month and day.");
        else
            return read.FirstDay;
        return null;
    }

    private static void CheckPartnership(string name, PortfolioSnapshot snapshot, Violations violations)
    {
        if (name != "" && !ResourceName.IsWellFormed(name, "partnerships"))
            violations.Add("query.partnership", ResourceName.Refusal(name, "partnerships"));
        else if (name == "" && snapshot.Partnerships.Length > 1)
            violations.Add("query.partnership", $"There are several; name one of {string.Join(", ", snapshot.Partnerships.Select(view => view.Partnership.Name))}.");
    }

    private static PartnershipView FindPartnership(string name, PortfolioSnapshot snapshot)
    {
        if (!snapshot.HasData)
        {
            throw new RefusedException(new Refusal(
                StatusCode.Unavailable, "NO_DATA_YET", "The gateway has not heard of any partnership yet. Try again in a moment."));
        }

        return snapshot.Partnerships.FirstOrDefault(view => name == "" || view.Partnership.Name == name)
            ?? throw new RefusedException(Refusal.NotFound("mining/Partnership", name));
    }
}
