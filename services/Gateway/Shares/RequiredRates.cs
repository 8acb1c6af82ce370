using Mining.Gateway.Facts;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Shares;

/// <summary>
/// The currencies that a response must convert. They are collected before the first conversion, so that one error names all missing
/// rates. A response whose amounts are all in its own currency needs no rate.
/// </summary>
internal sealed class RequiredRates(ReportingCurrency reporting)
{
    private readonly bool[] isInPlay = new bool[CurrencyIndex.Count];

    private IEnumerable<byte> Currencies => isInPlay.Index().Where(currency => currency.Item).Select(currency => (byte)currency.Index);

    public void Add(byte currency)
    {
        if (currency != reporting.Index)
            isInPlay[currency] = isInPlay[reporting.Index] = true;
    }

    public void Add(Tally tally)
    {
        foreach (var currency in tally.Currencies)
            Add(currency);
    }

    /// <summary>Adds the currencies that a project's status depends on.</summary>
    public void Add(ProjectNode project, ProjectFigures figures, int day)
    {
        foreach (var currency in figures.CommittedCurrencies)
            Add(currency);
        if (project.Facts?.CapitalCostAt(day) is { } cost)
            Add(CurrencyIndex.Read(cost.CurrencyCode));
    }

    public void Add(IReadOnlyList<PublishedTotal> published)
    {
        foreach (var total in published.Where(total => total.MinorUnits.Max() > 0))
            Add(total.Currency);
    }

    /// <summary>Throws EXCHANGE_RATE_MISSING, naming every currency without a rate on or before the rate date.</summary>
    public void ThrowIfMissing()
    {
        var missing = string.Join(", ", Currencies.Where(currency => !reporting.Rates.Has(currency)).Select(currency => CurrencyIndex.At(currency).Code));
        if (missing.Length > 0)
        {
            throw new RefusedException(Refusal.Precondition(
                "EXCHANGE_RATE_MISSING", missing, $"There is no exchange rate for {missing} on or before {reporting.Rates.RateDate:yyyy-MM-dd}."));
        }
    }

    /// <summary>The rates used by the response, ordered by code. The euro has none.</summary>
    public IEnumerable<RateUsed> Used() => Currencies.Where(currency => currency != CurrencyIndex.Euro).Select(currency => new RateUsed
    {
        CurrencyCode = CurrencyIndex.At(currency).Code,
        UnitsPerEuro = DecimalText.ToDecimal(reporting.Rates.UnitsPerEuro(currency)),
        Date = PartialDate.From(reporting.Rates.DayOf(currency)).ToDate(),
        AgeDays = reporting.Rates.RateDate.DayNumber - reporting.Rates.DayOf(currency).DayNumber,
    });
}
