using Mining.Platform.Errors;
using Mining.Primitives.Numbers;

namespace Mining.Investors.Domain;

/// <summary>
/// The invariants of a commitment, regardless of the order in which its events are recorded. A date counts from its first day, and a
/// missing date counts at every date. A partial date may be any of its days, so an event is out of order only if it is certainly before
/// another one.
/// </summary>
public static class CommitmentRules
{
    /// <summary>Why a state is not allowed, or null.</summary>
    public static Refusal? Refuse(Commitment next) => OutOfOrder(next) ?? Overdrawn(next);

    /// <summary>The amount in force on a day; null if undisclosed.</summary>
    public static Amount? AmountOn(Commitment commitment, DateOnly day) =>
        commitment.Amounts.LastOrDefault(entry => FirstDay(entry.EffectiveDate) <= day)?.Amount;

    /// <summary>The first day on which a date counts.</summary>
    public static DateOnly FirstDay(PartialDate? date) => date?.FirstDay ?? DateOnly.MinValue;

    /// <summary>Formats a date for a sentence.</summary>
    public static string Of(PartialDate? date) => date is null ? "" : $" as of {date}";

    /// <summary>The required order: announced, signed, paid, cancelled.</summary>
    private static Refusal? OutOfOrder(Commitment next)
    {
        var announcement = ("its announcement", next.AnnouncementDate);
        var signing = ("its signing", next.Signing?.Date);
        var cancellation = ("its cancellation", next.Cancellation?.Date);
        var payments = next.Disbursements.Select(entry => ($"its disbursement {entry.Id}", entry.Date)).ToList();
        IEnumerable<((string, PartialDate?) Earlier, (string, PartialDate?) Later)> pairs =
        [
            (announcement, signing),
            .. payments.Select(payment => (announcement, payment)),
            .. payments.Select(payment => (signing, payment)),
            (announcement, cancellation),
            (signing, cancellation),
            .. payments.Select(payment => (payment, cancellation)),
        ];
        foreach (var ((earlier, from), (later, to)) in pairs)
        {
            if (from is { } begin && to is { } end && end.LastDay < begin.FirstDay)
            {
                return Refusal.Precondition(
                    "DATE_TOO_EARLY", next.Name, $"{next.Name}: {later} ({end}) would be before {earlier} ({begin}).");
            }
        }

        return null;
    }

    /// <summary>
    /// On no day may more be paid than the amount of that day. Nothing changes between events, so only their days are checked.
    /// </summary>
    private static Refusal? Overdrawn(Commitment next)
    {
        var paidOn = next.Disbursements.Where(entry => entry.Amount is not null)
            .GroupBy(entry => FirstDay(entry.Date))
            .ToDictionary(day => day.Key, day => day.Aggregate(Int128.Zero, (sum, entry) => sum + entry.Amount!.Value.MinorUnits));
        Int128 paid = 0;
        foreach (var day in paidOn.Keys.Union(next.Amounts.Select(entry => FirstDay(entry.EffectiveDate))).Order())
        {
            paid += paidOn.GetValueOrDefault(day);
            if (paid == 0)
                continue;
            // 500 payments may exceed the range of an amount; cap the sum, which is too much in any case.
            var sum = new Amount((long)Int128.Min(paid, long.MaxValue), next.CurrencyCode);
            var when = day == DateOnly.MinValue ? "At every date" : $"On {day:O}";
            if (AmountOn(next, day) is not { } amount)
            {
                return Refusal.Precondition(
                    "AMOUNT_UNDISCLOSED", next.Name, $"{when}, {sum} would have been paid on {next.Name}, whose amount is undisclosed.");
            }

            if (paid > amount.MinorUnits)
            {
                return Refusal.Precondition(
                    "DISBURSED_MORE_THAN_COMMITTED",
                    next.Name,
                    $"{when}, {sum} would have been paid on {next.Name}, whose amount is {amount}.");
            }
        }

        return null;
    }
}
