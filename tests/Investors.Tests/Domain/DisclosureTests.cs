// At stake: another side must not work out a confidential commitment from published totals. Any two published totals must differ by the
// changes of a minimum number of investors, in every way in which figures can be subtracted.
using Mining.Investors.Domain;
using Mining.Primitives.Numbers;
using Xunit;

namespace Mining.Investors.Tests.Domain;

public sealed class DisclosureTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    [Fact]
    public void Two_investors_are_not_enough_and_three_are()
    {
        Assert.False(Disclosure.MayFollow([Pledge("a"), Pledge("b")], [], 3));
        Assert.True(Disclosure.MayFollow([Pledge("a"), Pledge("b"), Pledge("c")], [], 3));
        Assert.False(Disclosure.MayFollow([Pledge("a"), Pledge("b"), Pledge("c")], [], 4));
    }

    [Fact]
    public void Three_commitments_of_one_investor_are_one_contributor() =>
        Assert.False(Disclosure.MayFollow([Pledge("a"), Pledge("a", "second"), Pledge("a", "third")], [], 3));

    [Fact]
    public void A_fourth_investor_alone_does_not_change_a_published_total()
    {
        Contribution[] three = [Pledge("a"), Pledge("b"), Pledge("c")];
        Assert.False(Disclosure.MayFollow([.. three, Pledge("d")], [three], 3));
        Assert.False(Disclosure.MayFollow([.. three, Pledge("d"), Pledge("e")], [three], 3));
        Assert.True(Disclosure.MayFollow([.. three, Pledge("d"), Pledge("e"), Pledge("f")], [three], 3));
    }

    [Fact]
    public void An_unchanged_total_is_not_published_again()
    {
        Contribution[] three = [Pledge("a"), Pledge("b"), Pledge("c")];
        Assert.False(Disclosure.MayFollow(three, [three], 3));
        Assert.False(Disclosure.MayFollow([], [], 3));
    }

    [Fact]
    public void The_end_of_one_of_three_commitments_is_not_published()
    {
        Contribution[] three = [Pledge("a"), Pledge("b"), Pledge("c")];
        Assert.False(Disclosure.MayFollow([Pledge("a"), Pledge("b")], [three], 3));
        Assert.True(Disclosure.MayFollow([], [three], 3));
    }

    [Fact]
    public void The_difference_between_two_measures_needs_three_investors_too()
    {
        // Pledged minus committed would be what d alone has pledged.
        Contribution[] one = [Signed("a"), Signed("b"), Signed("c"), Pledge("d")];
        Assert.False(Disclosure.MayFollow(one, [], 3));
        Assert.True(Disclosure.MayFollow([.. one, Pledge("e"), Pledge("f")], [], 3));
    }

    [Fact]
    public void Two_signings_and_one_payment_are_not_three_contributors()
    {
        Contribution[] before = [Pledge("a"), Pledge("b"), Pledge("c"), Signed("d"), Signed("e"), Signed("f"), Paid("g"), Paid("h"), Paid("i")];
        Contribution[] after = [Signed("a"), Signed("b"), Pledge("c"), Paid("d"), Signed("e"), Signed("f"), Paid("g"), Paid("h"), Paid("i")];
        Assert.True(Disclosure.MayFollow(before, [], 3));
        // Three commitments have changed, but only d changes the disbursed amount.
        Assert.False(Disclosure.MayFollow(after, [before], 3));
    }

    [Fact]
    public void Differences_to_all_earlier_totals_need_three_investors()
    {
        Contribution[] first = [Pledge("a"), Pledge("b"), Pledge("c")];
        Contribution[] second = [Pledge("a", amount: 7), Pledge("b", amount: 7), Pledge("c", amount: 7)];
        Contribution[] third = [Pledge("a"), Pledge("b"), Pledge("c", amount: 9)];
        Assert.True(Disclosure.MayFollow(second, [first], 3));
        // All three differ from the second total; only c differs from the first.
        Assert.False(Disclosure.MayFollow(third, [first, second], 3));
        Assert.True(Disclosure.MayFollow(third, [second], 3));
    }

    [Fact]
    public void Any_two_published_totals_differ_by_at_least_three_investors()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var present = new Dictionary<string, Contribution>();
            var published = new List<IReadOnlyList<Contribution>>();
            for (var step = 0; step < 60; step++)
            {
                var investor = $"{(char)('a' + random.Next(9))}";
                var commitment = $"{investor}{random.Next(2)}";
                var amount = random.Next(1, 4);
                present[commitment] = new Contribution(commitment, investor, amount, random.Next(2) * amount, 0);
                if (random.Next(5) == 0)
                    present.Remove(commitment);
                Contribution[] next = [.. present.Values];
                if (Disclosure.MayFollow(next, published, 3))
                    published.Add(next);
            }

            published.Insert(0, []);
            for (var i = 0; i < published.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    Assert.All(
                        (Func<Contribution, long>[])[one => one.Pledged, one => one.Committed, one => one.Pledged - one.Committed],
                        measure => Assert.True(CountDifferingInvestors(published[i], published[j], measure) is 0 or >= 3, $"seed {seed}"));
                }
            }

            Assert.True(seed > 0 || published.Count > 1, "Nothing was published, so nothing was tried.");
        }
    }

    [Fact]
    public void A_commitment_contributes_its_state_on_the_day()
    {
        var pledged = Commitment.Announced("commitments/x", "EUR", Date(2026, 1, 1), new Amount(100, "EUR"));
        Assert.Equal(new Contribution("commitments/x", "i", 100, 0, 0), Contribution.Of(pledged, "i", Day));
        Assert.Null(Contribution.Of(pledged with { AnnouncementDate = Date(2026, 3, 2) }, "i", Day));
        Assert.Null(Contribution.Of(pledged with { Amounts = [] }, "i", Day));

        var signed = pledged with { Signing = new SigningEntry(Date(2026, 2, 1)) };
        Assert.Equal(new Contribution("commitments/x", "i", 100, 100, 0), Contribution.Of(signed, "i", Day));
        var paid = signed with { Disbursements = [new DisbursementEntry("1", new Amount(40, "EUR"), Date(2026, 2, 2)), new DisbursementEntry("2", new Amount(60, "EUR"), Date(2026, 4, 1))] };
        Assert.Equal(new Contribution("commitments/x", "i", 100, 100, 40), Contribution.Of(paid, "i", Day));
        Assert.Null(Contribution.Of(paid with { Disbursements = [new DisbursementEntry("1", null, Date(2026, 2, 2))] }, "i", Day));

        var ended = new CancellationEntry(Date(2026, 2, 20), "");
        Assert.Equal(new Contribution("commitments/x", "i", 40, 40, 40), Contribution.Of(paid with { Cancellation = ended }, "i", Day));
        Assert.Null(Contribution.Of(signed with { Cancellation = ended }, "i", Day));
    }

    private static int CountDifferingInvestors(IReadOnlyList<Contribution> a, IReadOnlyList<Contribution> b, Func<Contribution, long> measure)
    {
        return a.Concat(b).DistinctBy(one => one.Commitment).Where(one => In(a, one) != In(b, one)).Select(one => one.Investor).Distinct().Count();

        long In(IReadOnlyList<Contribution> set, Contribution which) =>
            set.Where(one => one.Commitment == which.Commitment).Select(measure).SingleOrDefault();
    }

    private static PartialDate Date(int year, int month, int day) => PartialDate.From(new DateOnly(year, month, day));

    private static Contribution Pledge(string investor, string id = "", long amount = 5) => new(investor + id, investor, amount, 0, 0);

    private static Contribution Signed(string investor) => new(investor, investor, 5, 5, 0);

    private static Contribution Paid(string investor) => new(investor, investor, 5, 5, 5);
}
