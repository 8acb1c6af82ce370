using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Summaries;

/// <summary>Parts of a summary as messages, whoever computes it.</summary>
internal static class SummaryMessages
{
    /// <summary>The number of non-additive commitments that a summary names.</summary>
    public const int MaxNonAdditive = 100;

    /// <summary>A summary with what the query says by itself; the figures follow.</summary>
    public static PortfolioSummary Create(Query query, RequiredRates rates) => new()
    {
        Partnership = query.Partnership.Name,
        AsOf = PartialDate.From(query.AsOf).ToDate(),
        RateDate = PartialDate.From(query.RateDate).ToDate(),
        ReportingCurrency = query.Reporting.Currency.Code,
        Rates = { rates.Used() },
        ConfidentialWithheld = !query.Visibility.IsWhole,
        ConfidentialTotals = { query.PublishedTotals.Select(total => total.Wire) },
    };

    public static NonAdditiveEntry NonAdditive(ProjectNode project, in CommitmentFacts commitment, Query query) => new()
    {
        Commitment = commitment.Name,
        Project = project.Name,
        Investor = query.View.Investors[commitment.Investor]!.Name,
        Instrument = commitment.Instrument,
        CountingBasis = Commitment.Parser.ParseFrom(commitment.State).CountingBasis,
        Amount = commitment.At(query.Day).Pledged is >= 0 and var minorUnits
            ? new Amount(minorUnits, CurrencyIndex.At(commitment.Currency).Code).ToMoney()
            : null,
    };
}
