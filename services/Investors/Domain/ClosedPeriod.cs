using Mining.Investors.V1;
using Mining.Primitives.Numbers;

namespace Mining.Investors.Domain;

/// <summary>
/// Computes what counts of a commitment up to the last day of a closed period. A change that leaves this unchanged needs no agreement of
/// other sides. Comparing before and after saves each command from knowing which dates matter.
/// </summary>
public static class ClosedPeriod
{
    /// <summary>Whether a change affects what counts on or before a day.</summary>
    /// <param name="before">The commitment as it was; null if it is new.</param>
    /// <param name="basisBefore">The counting basis before the change.</param>
    /// <param name="after">The commitment as it will be.</param>
    /// <param name="basisAfter">The counting basis after the change.</param>
    /// <param name="through">The last closed day.</param>
    public static bool IsTouched(Commitment? before, CountingBasis basisBefore, Commitment after, CountingBasis basisAfter, DateOnly through) =>
        !(before is null ? [] : Facts(before, basisBefore, through)).SequenceEqual(Facts(after, basisAfter, through));

    /// <summary>Whether anything of the commitment counts on or before a day.</summary>
    public static bool Counts(Commitment commitment, DateOnly through) => Facts(commitment, CountingBasis.Additive, through).Count > 0;

    private static List<Fact> Facts(Commitment commitment, CountingBasis basis, DateOnly through)
    {
        // An undated event counts from the one that it presupposes: a signing from the announcement, a payment from the signing.
        var announced = CommitmentRules.FirstDay(commitment.AnnouncementDate);
        var signed = commitment.Signing is { } signing ? signing.Date?.FirstDay ?? announced : DateOnly.MaxValue;
        var payments = commitment.Disbursements.Select(entry => (Entry: entry, Day: entry.Date?.FirstDay ?? signed)).ToList();
        var begin = payments.Select(payment => payment.Day).Append(announced).Append(signed).Min();
        if (begin > through)
            return [];

        var facts = new List<Fact> { new("basis", null, null, $"{basis}") };
        Add("announcement", announced, commitment.AnnouncementDate);
        // Leading undisclosed entries are the same as having no amount yet.
        var amounts = commitment.Amounts.SkipWhile(entry => entry is { Amount: null });
        foreach (var entry in amounts)
            Add("amount", CommitmentRules.FirstDay(entry.EffectiveDate), entry.EffectiveDate, entry.Amount);
        if (commitment.Signing is not null)
            Add("signing", signed, commitment.Signing.Date);
        foreach (var (entry, day) in payments)
            Add("payment", day, entry.Date, entry.Amount, entry.Id);
        if (commitment.Cancellation is { } end)
            Add("cancellation", CommitmentRules.FirstDay(end.Date), end.Date);
        return facts;

        void Add(string what, DateOnly day, PartialDate? date, Amount? amount = null, string id = "")
        {
            if (day <= through)
                facts.Add(new Fact(what, date, amount, id));
        }
    }

    private sealed record Fact(string What, PartialDate? Date, Amount? Amount, string Detail);
}
