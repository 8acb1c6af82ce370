// At stake: one side must not change a figure of a closed year, and changes without effect on it must not be blocked. Each row is a
// commitment before and after, and whether the change affects the period closed through 2024.
using Mining.Investors.Domain;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using Xunit;
using Commitment = Mining.Investors.Domain.Commitment;

namespace Mining.Investors.Tests.Domain;

public sealed class ClosedPeriodTests
{
    private static readonly DateOnly Through = new(2024, 12, 31);

    [Theory]
    // Created.
    [InlineData("", "announced 2024", true)]
    [InlineData("", "announced 2025", false)]
    [InlineData("", "announced always", true)]
    [InlineData("", "announced 2024-12-31", true)]
    [InlineData("", "announced 2025-01-01", false)]
    // Its announcement.
    [InlineData("announced 2024", "announced 2024-05", true)]
    [InlineData("announced 2025", "announced 2024", true)]
    [InlineData("announced 2024", "announced 2025", true)]
    [InlineData("announced 2025", "announced 2026", false)]
    // Its amount.
    [InlineData("announced 2023, amount 5", "announced 2023, amount 5, amount 7 from 2025", false)]
    [InlineData("announced 2023, amount 5", "announced 2023, amount 5, amount 7 from 2024-12", true)]
    [InlineData("announced 2025, amount 5", "announced 2025, amount 5, amount 7 from 2024-12", false)]
    [InlineData("announced 2023", "announced 2023, undisclosed, amount 7 from 2025", false)]
    [InlineData("announced 2023", "announced 2023, undisclosed, amount 7 from 2024", true)]
    // Its signing, its payments, its end.
    [InlineData("announced 2023", "announced 2023, signed 2025", false)]
    [InlineData("announced 2023", "announced 2023, signed 2024", true)]
    [InlineData("announced 2023", "announced 2023, signed undated", true)]
    [InlineData("announced 2025", "announced 2025, signed undated", false)]
    [InlineData("announced 2023, signed 2023", "announced 2023, signed 2023, paid 2 on 2025", false)]
    [InlineData("announced 2023, signed 2023", "announced 2023, signed 2023, paid 2 on 2024", true)]
    [InlineData("announced 2023, signed 2025", "announced 2023, signed 2025, paid 2 undated", false)]
    [InlineData("announced 2023", "announced 2023, cancelled 2025", false)]
    [InlineData("announced 2023", "announced 2023, cancelled 2024", true)]
    [InlineData("announced 2023", "announced 2023, cancelled undated", true)]
    [InlineData("announced 2025", "announced 2025, cancelled undated", false)]
    // Whether it counts in shares, which affects every date.
    [InlineData("announced 2023", "announced 2023, overlap", true)]
    [InlineData("announced 2025", "announced 2025, overlap", false)]
    [InlineData("announced 2023, overlap", "announced 2023, overlap", false)]
    public void Changes_that_affect_a_closed_period_are_recognised(string before, string after, bool isTouched)
    {
        var (was, basis) = before.Length == 0 ? (null, default) : Read(before);
        var (next, nextBasis) = Read(after);
        Assert.Equal(isTouched, ClosedPeriod.IsTouched(was, basis, next, nextBasis, Through));
        if (was is not null)
            Assert.Equal(isTouched, ClosedPeriod.IsTouched(next, nextBasis, was, basis, Through));
        Assert.False(ClosedPeriod.IsTouched(next, nextBasis, next, nextBasis, Through));
    }

    [Theory]
    [InlineData("announced 2024", true)]
    [InlineData("announced always", true)]
    [InlineData("announced 2025", false)]
    [InlineData("announced 2025, signed 2024", true)]
    public void Commitments_that_count_in_a_closed_period_are_recognised(string commitment, bool counts) =>
        Assert.Equal(counts, ClosedPeriod.Counts(Read(commitment).Commitment, Through));

    private static (Commitment Commitment, CountingBasis Basis) Read(string words)
    {
        var (commitment, basis) = (new Commitment("commitments/c", "EUR", null, [], null, null, []), CountingBasis.Additive);
        foreach (var fact in words.Split(", "))
        {
            commitment = fact.Split(' ') switch
            {
                ["announced", var date] => commitment with { AnnouncementDate = Date(date) },
                ["undisclosed"] => commitment with { Amounts = [.. commitment.Amounts, new AmountEntry(null, null)] },
                ["amount", var amount] => commitment with { Amounts = [.. commitment.Amounts, new AmountEntry(Euros(amount), null)] },
                ["amount", var amount, "from", var date] => commitment with { Amounts = [.. commitment.Amounts, new AmountEntry(Euros(amount), Date(date))] },
                ["signed", var date] => commitment with { Signing = new SigningEntry(Date(date)) },
                ["paid", var amount, .., var date] => commitment with { Disbursements = [.. commitment.Disbursements, new DisbursementEntry("1", Euros(amount), Date(date))] },
                ["cancelled", var date] => commitment with { Cancellation = new CancellationEntry(Date(date), "") },
                ["overlap"] => commitment,
                _ => throw new ArgumentException(fact),
            };
            basis = fact == "overlap" ? CountingBasis.Overlap : basis;
        }

        return (commitment, basis);
    }

    private static Amount Euros(string units) => new(long.Parse(units, null) * 100, "EUR");

    private static PartialDate? Date(string text) =>
        text is "always" or "undated" ? null
        : text.Split('-').Select(part => int.Parse(part, null)).ToArray() switch
        {
            [var year] => new PartialDate(year, 0, 0),
            [var year, var month] => new PartialDate(year, month, 0),
            [var year, var month, var day] => new PartialDate(year, month, day),
            _ => throw new ArgumentException(text),
        };
}
