using System.Numerics;
using Google.Type;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Figures;

/// <summary>What a commitment counts for a measure at a date.</summary>
/// <param name="MinorUnits">Null: undisclosed.</param>
internal readonly record struct CountedAmount(bool Counts, BigInteger? MinorUnits);

/// <summary>How much of a commitment counts for a measure at a date.</summary>
internal static class DatedMeasures
{
    public static readonly Measure[] All = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    public static readonly Instrument[] Funded = [Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment];

    public static bool IsAdditive(Commitment commitment) => commitment.CountingBasis is CountingBasis.Unspecified or CountingBasis.Additive;

    /// <summary>Only additive funded commitments enter a share.</summary>
    public static bool EntersShares(Commitment commitment) => IsAdditive(commitment) && Funded.Contains(commitment.Instrument);

    /// <summary>
    /// Each measure contains the next: what is paid or signed at a date is pledged then too, whatever date its announcement has, and
    /// nothing without a date counts before what it presupposes. Cancellation ends what is not paid: after it, all three are what had
    /// been disbursed. With one undisclosed payment the sum of the payments is undisclosed.
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

    /// <summary>The amount that holds on a day; before the first of several amounts, the first.</summary>
    private static Money? AmountAt(Commitment commitment, DateOnly day) => commitment.AmountHistory.Count == 0
        ? commitment.Amount
        : (commitment.AmountHistory.LastOrDefault(amount => amount.EffectiveDate.Beginning() <= day) ?? commitment.AmountHistory[0]).Amount;
}
