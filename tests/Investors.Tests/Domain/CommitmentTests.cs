// At stake: the rules of a commitment, on which every share depends: never paid more than committed at any date, never paid before it was
// signed, nothing after its end, no event before an earlier one. Each row is a story that an economist can check: the recorded events in
// order, and the result. The commitment is one of 100 EUR announced in May 2025.
using System.Globalization;
using Mining.Investors.Domain;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Xunit;
using Commitment = Mining.Investors.Domain.Commitment;

namespace Mining.Investors.Tests.Domain;

public sealed class CommitmentTests
{
    [Theory]
    // The status is that of the latest event.
    [InlineData("", "pledged")]
    [InlineData("signed 2025-06", "committed")]
    [InlineData("signed 2025-06; paid 60 on 2025-07", "disbursed")]
    [InlineData("signed 2025-06; paid undisclosed on 2025-07", "disbursed")]
    [InlineData("cancelled 2025-06", "cancelled")]
    [InlineData("signed 2025-06; paid 60 on 2025-07; cancelled 2025-08", "cancelled")]
    // Signing comes first, and only once.
    [InlineData("paid 60 on 2025-07", "NOT_SIGNED")]
    [InlineData("signed 2025-06; signed 2025-07", "ALREADY_SIGNED")]
    // Nothing after the end.
    [InlineData("cancelled 2025-08; signed 2025-07", "COMMITMENT_CANCELLED")]
    [InlineData("signed 2025-06; cancelled 2025-08; paid 60 on 2025-07", "COMMITMENT_CANCELLED")]
    [InlineData("cancelled 2025-08; cancelled 2025-08", "COMMITMENT_CANCELLED")]
    [InlineData("cancelled 2025-08; amount 90 from 2025-07", "COMMITMENT_CANCELLED")]
    // Nothing before an earlier event; a partial date is too early only if its last day is, and a missing date never.
    [InlineData("signed 2025-04-30", "DATE_TOO_EARLY")]
    [InlineData("signed 2025-05-01", "committed")]
    [InlineData("signed 2025", "committed")]
    [InlineData("signed 2024", "DATE_TOO_EARLY")]
    [InlineData("signed undated", "committed")]
    [InlineData("signed 2025-06-15; paid 60 on 2025-06-14", "DATE_TOO_EARLY")]
    [InlineData("signed 2025-06-15; paid 60 on 2025-06", "disbursed")]
    [InlineData("signed 2025-06-15; paid 60 on 2025-05", "DATE_TOO_EARLY")]
    [InlineData("signed undated; paid 60 on 2025-04", "DATE_TOO_EARLY")]
    [InlineData("signed 2025-06-15; paid 60 undated", "disbursed")]
    [InlineData("cancelled 2025-04", "DATE_TOO_EARLY")]
    [InlineData("signed 2025-06-15; cancelled 2025-06-14", "DATE_TOO_EARLY")]
    [InlineData("signed 2025-06; paid 60 on 2025-08; cancelled 2025-07", "DATE_TOO_EARLY")]
    // The announcement may be corrected, but not to after a later event.
    [InlineData("signed 2025-06; announced 2025-07", "DATE_TOO_EARLY")]
    [InlineData("signed 2025-06; announced 2025-06", "committed")]
    [InlineData("cancelled 2025-06; announced 2025-07", "DATE_TOO_EARLY")]
    [InlineData("cancelled 2025-06; announced undated", "cancelled")]
    [InlineData("signed undated; paid 60 on 2025-06; announced 2025-07", "DATE_TOO_EARLY")]
    // Never paid more than committed.
    [InlineData("signed 2025-06; paid 100 on 2025-07", "disbursed")]
    [InlineData("signed 2025-06; paid 100.01 on 2025-07", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("signed 2025-06; paid 60 on 2025-07; paid 41 on 2025-08", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("signed 2025-06; paid 60 undated; paid 41 on 2025-08", "DISBURSED_MORE_THAN_COMMITTED")]
    // …at any date: the amount of the payment's day counts, and that of every later day.
    [InlineData("amount 150 from 2025-09; signed 2025-06; paid 120 on 2025-08", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("amount 150 from 2025-09; signed 2025-06; paid 120 on 2025-09", "disbursed")]
    [InlineData("amount 150 from 2025-09-15; signed 2025-06; paid 120 on 2025-09", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("amount 150 from 2025-09; signed 2025-06; paid 120 undated", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("amount 50 from 2025-09; signed 2025-06; paid 60 on 2025-08", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("signed 2025-06; paid 60 on 2025-08; amount 50 from 2025-09", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("signed 2025-06; paid 60 on 2025-08; amount 60 from 2025-09", "disbursed")]
    [InlineData("amount 50 from 2025-09; amount 150 from 2025-10; signed 2025-06; paid 60 on 2025-08", "DISBURSED_MORE_THAN_COMMITTED")]
    [InlineData("amount 150 from 2025-09; signed 2025-06; paid 60 on 2025-08; paid 60 on 2025-09; paid 30 on 2025-10", "disbursed")]
    [InlineData("amount 150 from 2025-09; signed 2025-06; paid 90 on 2025-10; paid 60 on 2025-08", "disbursed")]
    [InlineData("amount 150 from 2025-09; signed 2025-06; paid 60 on 2025-10; paid 101 on 2025-08", "DISBURSED_MORE_THAN_COMMITTED")]
    // An undisclosed amount cannot be compared with a disclosed payment; an undisclosed payment is always allowed.
    [InlineData("amount undisclosed from 2025-06; signed 2025-06; paid 1 on 2025-07", "AMOUNT_UNDISCLOSED")]
    [InlineData("amount undisclosed from 2025-06; signed 2025-06; paid undisclosed on 2025-07", "disbursed")]
    [InlineData("signed 2025-06; paid 1 on 2025-07; amount undisclosed from 2025-08", "AMOUNT_UNDISCLOSED")]
    [InlineData("amount undisclosed from 2025-06; amount 100 from 2025-09; signed 2025-06; paid 1 on 2025-08", "AMOUNT_UNDISCLOSED")]
    [InlineData("amount undisclosed from 2025-06; amount 100 from 2025-09; signed 2025-06; paid 1 on 2025-09", "disbursed")]
    // A new amount follows the earlier one.
    [InlineData("amount 90 from 2025-09; amount 80 from 2025-08", "EFFECTIVE_DATE_TOO_EARLY")]
    [InlineData("amount 90 from 2025-09; amount 80 from 2025", "pledged")]
    [InlineData("amount 90 from 2025-09-15; amount 80 from 2025-09-15", "pledged")]
    [InlineData("announced 2025-07; signed 2025-06", "DATE_TOO_EARLY")]
    public void A_story_ends_as_it_must(string story, string ending)
    {
        var decision = Tell(story);
        Assert.Equal(ending, decision.Refusal is { } refusal ? refusal.Reason : DisplayText(decision.OrThrow().Status));
    }

    [Theory]
    [InlineData("", "100")]
    [InlineData("amount 90 from 2025-09", "100; 90 from 2025-09")]
    [InlineData("amount 100 from 2025-09", "100")] // a repetition changes nothing
    [InlineData("amount 90 from 2025-09; amount undisclosed from 2025-10", "100; 90 from 2025-09; undisclosed from 2025-10")]
    [InlineData("amount 90 from 2025-09; amount 80 from 2025-09", "100; 80 from 2025-09")] // never applies any more: removed
    [InlineData("amount 90 from 2025-09; amount 80 from 2025", "100; 80 from 2025")]
    public void Amounts_are_ordered_by_date(string story, string expected) =>
        Assert.Equal(expected, string.Join("; ", Tell(story).OrThrow().Amounts.Select(DisplayText)));

    [Fact]
    public void An_amount_disclosed_later_is_undisclosed_before_its_date()
    {
        var commitment = Commitment.Announced("commitments/c", "EUR", null, null).ChangeAmount(Euros("5"), Day("2025-09")).OrThrow();
        Assert.Equal("undisclosed; 5 from 2025-09", string.Join("; ", commitment.Amounts.Select(DisplayText)));
    }

    [Fact]
    public void A_payment_without_an_id_gets_the_next_free_number()
    {
        var commitment = Tell("signed undated").OrThrow();
        foreach (var id in (string[])["", "3", "", ""])
            commitment = commitment.Disburse(id, null, null).OrThrow();
        Assert.Equal(["1", "3", "4", "5"], commitment.Disbursements.Select(entry => entry.Id));
        Assert.Equal("DISBURSEMENT_EXISTS", commitment.Disburse("3", null, null).Refusal?.Reason);
    }

    [Fact]
    public void Payments_whose_sum_overflows_are_refused()
    {
        var most = new Amount(long.MaxValue, "EUR");
        var commitment = Commitment.Announced("commitments/c", "EUR", null, most).Sign(null).OrThrow().Disburse("", most, null).OrThrow();
        var refusal = commitment.Disburse("", most, null).Refusal;
        Assert.Equal("DISBURSED_MORE_THAN_COMMITTED", refusal?.Reason);
        Assert.StartsWith($"At every date, {most} would have been paid", refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commitment_has_no_more_payments_than_its_limit()
    {
        var commitment = Tell("signed undated").OrThrow();
        for (var i = 0; i < Commitment.MaxDisbursements; i++)
            commitment = commitment.Disburse("", null, null).OrThrow();
        Assert.Equal("TOO_MANY_DISBURSEMENTS", commitment.Disburse("", null, null).Refusal?.Reason);
    }

    [Theory]
    [InlineData("signed 2025-06; signed undated", "commitments/c is already signed as of 2025-06.")]
    [InlineData("signed undated; signed 2025-06", "commitments/c is already signed.")]
    [InlineData("cancelled 2025-08; signed 2025-07", "commitments/c is cancelled as of 2025-08; it cannot be signed.")]
    [InlineData("cancelled undated; cancelled 2025-08", "commitments/c is cancelled; it cannot be cancelled twice.")]
    [InlineData("cancelled 2025-08; amount 90 from 2025-07", "commitments/c is cancelled as of 2025-08; its amount can no longer change.")]
    [InlineData("signed 2025-06; cancelled 2025-08; paid 1 undated", "commitments/c is cancelled as of 2025-08; no more payments can be recorded.")]
    [InlineData("paid 1 undated", "commitments/c is not signed; sign it before recording a payment.")]
    [InlineData("signed 2025-04", "commitments/c: its signing (2025-04) would be before its announcement (2025-05).")]
    [InlineData("signed 2025-06; paid 1 on 2025-05", "commitments/c: its disbursement 1 (2025-05) would be before its signing (2025-06).")]
    [InlineData("signed 2025-06; cancelled 2025-05", "commitments/c: its cancellation (2025-05) would be before its signing (2025-06).")]
    [InlineData("amount 90 from 2025-09; amount 80 from 2025-08", "2025-08 is before the current amount, which is effective from 2025-09.")]
    [InlineData("signed 2025-06; paid 60 on 2025-07; paid 41 on 2025-08", "On 2025-08-01, 101.00 EUR would have been paid on commitments/c, whose amount is 100.00 EUR.")]
    [InlineData("signed undated; paid 101 undated", "At every date, 101.00 EUR would have been paid on commitments/c, whose amount is 100.00 EUR.")]
    [InlineData("signed 2025-06; paid 1 on 2025-07; amount undisclosed from 2025-08", "On 2025-08-01, 1.00 EUR would have been paid on commitments/c, whose amount is undisclosed.")]
    // If two rules are broken, the order of events is reported first.
    [InlineData("signed 2025-06; paid 101 on 2025-05", "commitments/c: its disbursement 1 (2025-05) would be before its signing (2025-06).")]
    public void A_refusal_states_the_conflicting_facts(string story, string sentence) => Assert.Equal(sentence, Tell(story).Refusal?.Message);

    [Fact]
    public void An_announcement_is_corrected() => Assert.Equal(Day("2025-04"), Tell("announced 2025-04").OrThrow().AnnouncementDate);

    [Fact]
    public void An_undisclosed_commitment_has_no_amounts() => Assert.Empty(Commitment.Announced("commitments/c", "EUR", null, null).Amounts);

    [Fact]
    public void A_payment_in_another_currency_is_refused()
    {
        var refusal = Tell("signed undated").OrThrow().Disburse("", new Amount(1, "USD"), null).Refusal;
        var violation = Assert.Single(refusal?.Fields ?? []);
        Assert.Equal(("disbursement.amount.currency_code", "is USD; commitments/c is in EUR."), (violation.Field, violation.Description));
    }

    [Fact]
    public void A_commitment_has_no_more_amounts_than_its_limit()
    {
        var commitment = Tell("").OrThrow();
        while (commitment.Amounts.Count < Commitment.MaxAmounts)
            commitment = NextAmount(commitment).OrThrow();
        var refusal = NextAmount(commitment).Refusal;
        Assert.Equal(("TOO_MANY_AMOUNTS", "A commitment has at most 500 amounts."), (refusal?.Reason, refusal?.Message));

        static Decision<Commitment> NextAmount(Commitment commitment) => commitment.ChangeAmount(
            new Amount(commitment.Amounts.Count, "EUR"), PartialDate.From(new DateOnly(2025, 6, 1).AddDays(commitment.Amounts.Count)));
    }

    private static Decision<Commitment> Tell(string story)
    {
        Decision<Commitment> decision = Commitment.Announced("commitments/c", "EUR", Day("2025-05"), Euros("100"));
        foreach (var part in story.Split("; ", StringSplitOptions.RemoveEmptyEntries))
            decision = Record(decision.OrThrow(), part.Split(' '));
        return decision;
    }

    private static Decision<Commitment> Record(Commitment commitment, string[] words) => words switch
    {
        ["announced", var date] => commitment.Announce(Date(date)),
        ["signed", var date] => commitment.Sign(Date(date)),
        ["cancelled", var date] => commitment.Cancel(Date(date), ""),
        ["amount", var amount, "from", var date] => commitment.ChangeAmount(Euros(amount), Day(date)),
        ["paid", var amount, "on", var date] => commitment.Disburse("", Euros(amount), Day(date)),
        ["paid", var amount, "undated"] => commitment.Disburse("", Euros(amount), null),
        _ => throw new ArgumentException(string.Join(' ', words)),
    };

    private static PartialDate? Date(string text) => text == "undated" ? null : Day(text);

    private static PartialDate Day(string text) => PartialDate.TryParse(text, out var date, out var problem) ? date : throw new ArgumentException(problem);

    private static Amount? Euros(string text) =>
        text == "undisclosed" ? null : Amount.TryParse(text, "EUR", out var amount, out var problem) ? amount : throw new ArgumentException(problem);

    private static string DisplayText(CommitmentStatus status) => status.ToString().ToLowerInvariant();

    private static string DisplayText(AmountEntry entry) =>
        (entry.Amount is { } amount ? amount.ToMajorUnits().ToString(CultureInfo.InvariantCulture) : "undisclosed")
        + (entry.EffectiveDate is { } date ? $" from {date}" : "");
}
