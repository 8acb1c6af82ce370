using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;

namespace Mining.Investors.Domain;

/// <summary>
/// An amount that is in force from a date. Null means undisclosed; without a date, it is in force at every date before the next amount.
/// </summary>
public sealed record AmountEntry(Amount? Amount, PartialDate? EffectiveDate);

/// <summary>The signing. Without a date, it counts from the announcement.</summary>
public sealed record SigningEntry(PartialDate? Date);

/// <summary>The cancellation. Without a date, it counts at every date.</summary>
public sealed record CancellationEntry(PartialDate? Date, string Reason);

/// <summary>A payment. Without an amount it is undisclosed; without a date, it counts from the signing.</summary>
public sealed record DisbursementEntry(string Id, Amount? Amount, PartialDate? Date);

/// <summary>
/// The part of a commitment with business rules: amounts, announcement, signing, cancellation and payments. Pure: every method returns the
/// new state or a refusal. CommitmentRules has the invariants of every state.
/// </summary>
/// <param name="Amounts">Ordered by first day, each day once; empty if undisclosed from the beginning.</param>
public sealed record Commitment(
    string Name,
    string CurrencyCode,
    PartialDate? AnnouncementDate,
    IReadOnlyList<AmountEntry> Amounts,
    SigningEntry? Signing,
    CancellationEntry? Cancellation,
    IReadOnlyList<DisbursementEntry> Disbursements)
{
    public const int MaxAmounts = 500;
    public const int MaxDisbursements = 500;

    /// <summary>Creates an announced commitment.</summary>
    public static Commitment Announced(string name, string currencyCode, PartialDate? date, Amount? amount) =>
        new(name, currencyCode, date, amount is null ? [] : [new AmountEntry(amount, null)], null, null, []);

    /// <summary>The current amount; null if undisclosed.</summary>
    public Amount? Amount => Amounts.Count > 0 ? Amounts[^1].Amount : null;

    /// <summary>The status after the latest recorded event.</summary>
    public CommitmentStatus Status =>
        Cancellation is not null ? CommitmentStatus.Cancelled
        : Disbursements.Count > 0 ? CommitmentStatus.Disbursed
        : Signing is not null ? CommitmentStatus.Committed
        : CommitmentStatus.Pledged;

    /// <summary>Corrects the date of the announcement; null for undated.</summary>
    public Decision<Commitment> Announce(PartialDate? date) =>
        date == AnnouncementDate ? this : Allowed(this with { AnnouncementDate = date });

    /// <summary>Records a new amount from a date; null for undisclosed. The same amount changes nothing.</summary>
    public Decision<Commitment> ChangeAmount(Amount? amount, PartialDate since)
    {
        if (amount == Amount)
            return this;
        if (Cancellation is not null)
            return IsCancelled("its amount can no longer change");
        if (Amounts is [.., { EffectiveDate: { } latest }] && since.LastDay < latest.FirstDay)
        {
            return Refusal.Precondition(
                "EFFECTIVE_DATE_TOO_EARLY", Name, $"{since} is before the current amount, which is effective from {latest}.");
        }

        // Before the first amount, the commitment was undisclosed at every date. An amount that is no longer in force at any date is
        // removed; the change log keeps it.
        IReadOnlyList<AmountEntry> before = Amounts.Count > 0 ? Amounts : [new AmountEntry(null, null)];
        IReadOnlyList<AmountEntry> amounts =
            [.. before.Where(entry => CommitmentRules.FirstDay(entry.EffectiveDate) < since.FirstDay), new AmountEntry(amount, since)];
        return amounts.Count > MaxAmounts
            ? Refusal.Precondition("TOO_MANY_AMOUNTS", Name, $"A commitment has at most {MaxAmounts} amounts.")
            : Allowed(this with { Amounts = amounts });
    }

    /// <summary>Records the signing.</summary>
    public Decision<Commitment> Sign(PartialDate? date) =>
        Cancellation is not null ? IsCancelled("it cannot be signed")
        : Signing is not null ? Refusal.Precondition("ALREADY_SIGNED", Name, $"{Name} is already signed{CommitmentRules.Of(Signing.Date)}.")
        : Allowed(this with { Signing = new SigningEntry(date) });

    /// <summary>Records the cancellation. Earlier payments still count.</summary>
    public Decision<Commitment> Cancel(PartialDate? date, string reason) =>
        Cancellation is not null
            ? IsCancelled("it cannot be cancelled twice")
            : Allowed(this with { Cancellation = new CancellationEntry(date, reason) });

    /// <summary>Records a payment. Without an id, it gets its number or the next free one.</summary>
    public Decision<Commitment> Disburse(string id, Amount? amount, PartialDate? date)
    {
        if (amount is { } paid && paid.CurrencyCode != CurrencyCode)
            return Refusal.Invalid("disbursement.amount.currency_code", $"is {paid.CurrencyCode}; {Name} is in {CurrencyCode}.");
        if (Cancellation is not null)
            return IsCancelled("no more payments can be recorded");
        if (Signing is null)
            return Refusal.Precondition("NOT_SIGNED", Name, $"{Name} is not signed; sign it before recording a payment.");
        if (Disbursements.Count >= MaxDisbursements)
            return Refusal.Precondition("TOO_MANY_DISBURSEMENTS", Name, $"A commitment has at most {MaxDisbursements} disbursements.");
        if (Disbursements.Any(entry => entry.Id == id))
            return Refusal.Precondition("DISBURSEMENT_EXISTS", $"{Name}, disbursement {id}", $"{Name} already has a disbursement {id}.");
        var payment = new DisbursementEntry(id.Length > 0 ? id : NextId(), amount, date);
        return Allowed(this with { Disbursements = [.. Disbursements, payment] });
    }

    private string NextId() =>
        Enumerable.Range(Disbursements.Count + 1, Disbursements.Count + 1)
            .Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .First(id => Disbursements.All(entry => entry.Id != id));

    private static Decision<Commitment> Allowed(Commitment next) =>
        CommitmentRules.Refuse(next) is { } refusal ? refusal : next;

    private Refusal IsCancelled(string so) => Refusal.Precondition(
        "COMMITMENT_CANCELLED", Name, $"{Name} is cancelled{CommitmentRules.Of(Cancellation?.Date)}; {so}.");
}
