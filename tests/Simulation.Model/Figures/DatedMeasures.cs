using System.Numerics;
using Google.Type;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Figures;

/// <summary>The contribution of a commitment to a measure at a date.</summary>
/// <param name="MinorUnits">Null: undisclosed.</param>
internal readonly record struct CountedAmount(bool Counts, BigInteger? MinorUnits);

/// <summary>The amount of a commitment that counts for a measure at a date.</summary>
internal static class DatedMeasures
{
    public static readonly Measure[] All = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    public static readonly Instrument[] Funded = [Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment];

    public static bool IsAdditive(Commitment commitment) => commitment.CountingBasis is CountingBasis.Unspecified or CountingBasis.Additive;

    /// <summary>Only additive funded commitments count in a share.</summary>
    public static bool EntersShares(Commitment commitment) => IsAdditive(commitment) && Funded.Contains(commitment.Instrument);

    /// <summary>
    /// Each measure contains the next: what is paid or signed at a date is also pledged then, whatever its announcement date, and an
    /// undated event does not count before the event it presupposes. Cancellation ends the unpaid part: afterwards all three measures equal
    /// the disbursed amount. With one undisclosed payment the sum of the payments is undisclosed.
    /// </summary>
    public static CountedAmount At(Commitment commitment, Measure measure, DateOnly asOf)
    {
        var isBound = commitment.Disbursements.Select(payment => payment.Date).Append(commitment.Signing?.Date)
            .Any(date => date is not null && date.FirstDay() <= asOf);
        var isPledged = isBound || commitment.AnnouncementDate.Beginning() <= asOf;
        var isCommitted = isBound || (isPledged && (commitment.Signing is { } signing ? signing.Date is null : commitment.Disbursements.Count > 0));
        var isCancelled = commitment.Cancellation is { } cancellation && cancellation.Date.Beginning() <= asOf;
        if (isCancelled || measure == Measure.Disbursed)
        {
            var paid = commitment.Disbursements.Where(payment => isCommitted && payment.Date.Beginning() <= asOf).ToList();
            return new(paid.Count > 0, paid.Aggregate((BigInteger?)0, (sum, payment) => sum + payment.Amount?.MinorUnits()));
        }

        return new(measure == Measure.Pledged ? isPledged : isCommitted, AmountAt(commitment, asOf)?.MinorUnits());
    }

    /// <summary>The amount that applies on a day; before the first of several amounts, the first.</summary>
    private static Money? AmountAt(Commitment commitment, DateOnly day) => commitment.AmountHistory.Count == 0
        ? commitment.Amount
        : (commitment.AmountHistory.LastOrDefault(amount => amount.EffectiveDate.Beginning() <= day) ?? commitment.AmountHistory[0]).Amount;
}
