using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Date = Google.Type.Date;

namespace Mining.Cli.Verify;

/// <summary>The contribution of a commitment to a measure on a date.</summary>
/// <param name="Counts">Whether it counts for the measure.</param>
/// <param name="MinorUnits">Its amount in minor units of its own currency; null: undisclosed.</param>
internal readonly record struct CountedAmount(bool Counts, decimal? MinorUnits);

/// <summary>
/// Evaluates commitments on a date by a literal reading of the rules. Pledged contains committed, which contains disbursed, so a
/// commitment signed or paid on a date is also pledged from that date. An undated event counts from the event that it presupposes.
/// </summary>
internal sealed class NaiveCommitment(DateOnly asOf)
{
    private static readonly DateOnly Always = DateOnly.MinValue;

    /// <summary>The contribution to a measure. A cancellation removes what is not paid; paid amounts stay in all measures.</summary>
    public CountedAmount Count(Commitment commitment, Measure measure)
    {
        var events = commitment.Disbursements.Select(payment => payment.Date).Append(commitment.Signing?.Date);
        var dated = events.Where(date => date is not null).Select(From).ToList();
        var pledged = dated.Append(From(commitment.AnnouncementDate)).Min();
        if (pledged > asOf)
            return default;

        var isSigned = commitment.Signing is not null || commitment.Disbursements.Count > 0;
        var committed = commitment.Signing?.Date is null ? pledged : dated.Min();
        var paid = commitment.Disbursements.Where(payment => committed <= asOf && Holds(payment.Date)).ToList();
        var isCancelled = commitment.Cancellation is not null && Holds(commitment.Cancellation.Date);
        if (measure == Measure.Disbursed || isCancelled)
            return new CountedAmount(paid.Count > 0, Sum(paid));
        return measure == Measure.Pledged || (isSigned && committed <= asOf) ? new CountedAmount(true, AmountAt(commitment)) : default;
    }

    /// <summary>Whether an event with this date has occurred; an undated event always has.</summary>
    public bool Holds(Date? date) => From(date) <= asOf;

    /// <summary>The day from which an event with this date counts.</summary>
    private static DateOnly From(Date? date) =>
        date is null ? Always
        : PartialDate.TryRead(date, out var value, out var problem) ? value.FirstDay
        : throw new DifferenceException("a date", $"it cannot be read: {problem}");

    /// <summary>The sum of the payments; unknown if any of them is unknown.</summary>
    private static decimal? Sum(List<Disbursement> paid) =>
        paid.Any(payment => payment.Amount is null) ? null : paid.Sum(payment => MinorUnits(payment.Amount));

    private decimal? AmountAt(Commitment commitment)
    {
        var money = commitment.AmountHistory.Count == 0
            ? commitment.Amount
            : (commitment.AmountHistory.LastOrDefault(entry => Holds(entry.EffectiveDate)) ?? commitment.AmountHistory[0]).Amount;
        return money is null ? null : MinorUnits(money);
    }

    private static decimal MinorUnits(Google.Type.Money money) =>
        Amount.TryRead(money, out var amount, out var problem)
            ? amount.MinorUnits
            : throw new DifferenceException("an amount", $"it cannot be read: {problem}");
}
