using Mining.Investors.V1;
using Mining.Platform.Numbers;
using Mining.Portfolio.V1;
using Date = Google.Type.Date;

namespace Mining.Cli.Verify;

/// <summary>What a commitment counts for at a date, by the plainest reading of the rules.</summary>
/// <param name="Counts">Whether it counts for the measure at all.</param>
/// <param name="MinorUnits">Its amount in minor units of its own currency; 0 where nothing of it is disclosed.</param>
/// <param name="IsUndisclosed">Nothing of its amount is known.</param>
/// <param name="IsPartlyUndisclosed">Some payments are known and some are not.</param>
internal readonly record struct CountedAmount(bool Counts, decimal MinorUnits, bool IsUndisclosed, bool IsPartlyUndisclosed);

/// <summary>Reads commitments at a date.</summary>
internal sealed class NaiveCommitment(DateOnly asOf)
{
    /// <summary>What a commitment counts for a measure. What was paid before a cancellation stays counted, and each measure contains the next.</summary>
    public CountedAmount Count(Commitment commitment, Measure measure)
    {
        var paid = commitment.Disbursements.Where(payment => Holds(payment.Date)).ToList();
        var isCancelled = commitment.Cancellation is not null && Holds(commitment.Cancellation.Date);
        var isSigned = commitment.Signing is not null && Holds(commitment.Signing.Date);
        if (measure == Measure.Disbursed || isCancelled)
            return Paid(paid);
        var counts = isSigned || paid.Count > 0 || (measure == Measure.Pledged && Holds(commitment.AnnouncementDate));
        return counts ? Whole(AmountAt(commitment)) : default;
    }

    /// <summary>Whether something dated so holds at the date; undated, it holds at every date.</summary>
    public bool Holds(Date? date) => date is null || (PartialDate.TryRead(date, out var value, out _) && value.FirstDay <= asOf);

    private static CountedAmount Paid(List<Disbursement> paid)
    {
        var disclosed = paid.Where(payment => payment.Amount is not null).ToList();
        return new CountedAmount(
            paid.Count > 0, disclosed.Sum(payment => MinorUnits(payment.Amount)), paid.Count > 0 && disclosed.Count == 0,
            disclosed.Count > 0 && disclosed.Count < paid.Count);
    }

    private static CountedAmount Whole(Google.Type.Money? amount) =>
        amount is null ? new CountedAmount(true, 0, true, false) : new CountedAmount(true, MinorUnits(amount), false, false);

    private Google.Type.Money? AmountAt(Commitment commitment) =>
        commitment.AmountHistory.Count == 0 ? commitment.Amount : commitment.AmountHistory.LastOrDefault(entry => Holds(entry.EffectiveDate))?.Amount;

    private static decimal MinorUnits(Google.Type.Money money) =>
        Amount.TryRead(money, out var amount, out var problem)
            ? amount.MinorUnits
            : throw new DifferenceException("an amount", $"it cannot be read: {problem}");
}
