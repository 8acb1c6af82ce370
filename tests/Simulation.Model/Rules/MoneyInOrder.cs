using System.Numerics;
using Google.Type;
using Mining.Investors.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The invariants of a commitment: its events in order, and never more paid than committed.</summary>
internal static class MoneyInOrder
{
    public static IEnumerable<string> Violations(Commitment commitment)
    {
        if (IsOutOfOrder(commitment))
            yield return Reasons.DateTooEarly;
        // Nothing changes between these days.
        var days = commitment.Disbursements.Select(payment => payment.Date.Beginning())
            .Concat(commitment.AmountHistory.Select(amount => amount.EffectiveDate.Beginning()))
            .Distinct();
        foreach (var day in days)
        {
            var paid = Paid(commitment, day);
            if (paid == 0)
                continue;
            if (AmountAt(commitment, day) is not { } amount)
                yield return Reasons.AmountUndisclosed;
            else if (paid > amount.MinorUnits())
                yield return Reasons.DisbursedMoreThanCommitted;
        }
    }

    /// <summary>The disclosed sum of payments up to a day, in minor units.</summary>
    public static BigInteger Paid(Commitment commitment, DateOnly day)
    {
        var paid = BigInteger.Zero;
        foreach (var payment in commitment.Disbursements.Where(payment => payment.Date.Beginning() <= day && payment.Amount is not null))
            paid += payment.Amount.MinorUnits();
        return paid;
    }

    /// <summary>The amount that applies on a day. Null: undisclosed.</summary>
    public static Money? AmountAt(Commitment commitment, DateOnly day) =>
        commitment.AmountHistory.LastOrDefault(amount => amount.EffectiveDate.Beginning() <= day)?.Amount;

    private static bool IsOutOfOrder(Commitment commitment)
    {
        var announced = commitment.AnnouncementDate;
        var signed = commitment.Signing?.Date;
        var ended = commitment.Cancellation?.Date;
        return Dates.IsTooEarly(signed, announced)
            || Dates.IsTooEarly(ended, announced)
            || Dates.IsTooEarly(ended, signed)
            || commitment.Disbursements.Any(payment =>
                Dates.IsTooEarly(payment.Date, announced) || Dates.IsTooEarly(payment.Date, signed) || Dates.IsTooEarly(ended, payment.Date));
    }
}
