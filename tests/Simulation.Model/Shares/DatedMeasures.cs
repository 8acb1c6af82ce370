using System.Numerics;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Reading;
using Mining.Simulation.Model.Rules;

namespace Mining.Simulation.Model.Shares;

/// <summary>How much of a commitment counts for a measure at a date.</summary>
internal static class DatedMeasures
{
    public static readonly Measure[] All = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    /// <summary>Only additive funded commitments enter a share.</summary>
    public static bool EntersShares(Commitment commitment) =>
        commitment.CountingBasis is CountingBasis.Unspecified or CountingBasis.Additive
        && commitment.Instrument is Instrument.Equity or Instrument.Loan or Instrument.Grant or Instrument.Prepayment;

    /// <summary>
    /// The disclosed minor units; an amount that is not known is in no figure. Each measure contains the next: what is paid or signed at a
    /// date is pledged then too, whatever date its announcement has, and nothing without a date counts before what it presupposes.
    /// Cancellation ends what is not paid: after it, all three are what had been disbursed.
    /// </summary>
    public static BigInteger Counted(Commitment commitment, Measure measure, DateOnly asOf)
    {
        var binding = commitment.Disbursements.Select(payment => payment.Date).Append(commitment.Signing?.Date)
            .Where(date => date is not null).Select(date => date.Beginning()).DefaultIfEmpty(DateOnly.MaxValue).Min();
        var announced = commitment.AnnouncementDate.Beginning();
        var isPledged = announced <= asOf || binding <= asOf;
        var isCommitted = isPledged && commitment.Signing is { } signing && (signing.Date is null || binding <= asOf);
        var isCancelled = commitment.Cancellation is { } cancellation && cancellation.Date.Beginning() <= asOf;
        var paid = isCommitted && !HasUndisclosedPayment(commitment, asOf) ? MoneyInOrder.Paid(commitment, asOf) : 0;
        if (isCancelled || measure == Measure.Disbursed)
            return paid;
        return (measure == Measure.Pledged ? isPledged : isCommitted) ? MoneyInOrder.AmountAt(commitment, asOf)?.MinorUnits() ?? 0 : 0;
    }

    /// <summary>What is not known is never taken for zero: with one undisclosed payment the sum of the payments is not known.</summary>
    private static bool HasUndisclosedPayment(Commitment commitment, DateOnly asOf) =>
        commitment.Disbursements.Any(payment => payment.Date.Beginning() <= asOf && payment.Amount is null);
}
