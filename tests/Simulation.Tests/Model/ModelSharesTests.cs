using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Figures;
using Xunit;
using static Mining.Simulation.Tests.Model.ModelWorld;

namespace Mining.Simulation.Tests.Model;

/// <summary>At stake: the simulator trusts the model's shares. Each figure here was computed by hand.</summary>
public sealed class ModelSharesTests
{
    private static readonly DateOnly Day = new(2026, 6, 1);

    [Fact]
    public void Money_is_split_by_look_through_converted_once_and_apportioned_exactly()
    {
        // FR owns the rest, 333 334: EU 666 667, US 333 333 of 10 000 cents: 6 666.67 and 3 333.33, so EU takes the last cent.
        // 1 000 JPY at 160 are 6.25 EUR. Of 10 625 cents EU has 627 482.35, OUTSIDE 58 823.53, US 313 694.12 ppm: OUTSIDE takes the last.
        var world = new ModelWorld()
            .Project("mine")
            .Investor("mixed", "FR", ("DE", 333_333), ("US", 333_333))
            .Investor("far", "JP")
            .Rate("JPY", "160")
            .Commitment("one", "mixed", "mine", Euros(100))
            .Commitment("two", "far", "mine", Yen(1_000));

        Assert.Equal("EU 6667 627482, OUTSIDE 625 58824, US 3333 313694", world.Shares(Measure.Pledged, Day));
        Assert.Equal("EU 0 -, OUTSIDE 0 -, US 0 -", world.Shares(Measure.Committed, Day));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    [InlineData(5, 2)]
    public void A_cell_is_rounded_half_to_even(long yen, long cents)
    {
        // At 200 yen a euro, one yen is half a cent.
        var world = new ModelWorld().Project("mine").Investor("far", "JP").Rate("JPY", "200").Commitment("one", "far", "mine", Yen(yen));

        Assert.StartsWith($"EU 0 {(cents == 0 ? "-" : "0")}, OUTSIDE {cents}", world.Shares(Measure.Pledged, Day), StringComparison.Ordinal);
    }

    [Fact]
    public void A_joint_project_needs_two_sides_and_OUTSIDE_is_none()
    {
        var world = new ModelWorld()
            .Project("both").Project("one-sided")
            .Investor("german", "DE").Investor("american", "US").Investor("far", "JP")
            .Commitment("a", "german", "both", Euros(3)).Commitment("b", "american", "both", Euros(1))
            .Commitment("c", "german", "one-sided", Euros(50)).Commitment("d", "far", "one-sided", Euros(50));

        Assert.Equal("EU 300 750000, OUTSIDE 0 0, US 100 250000", world.Shares(Measure.Pledged, Day, jointOnly: true));
    }

    [Fact]
    public void After_a_cancellation_each_measure_equals_the_paid_amount()
    {
        var world = new ModelWorld().Project("mine").Investor("german", "DE").Commitment("one", "german", "mine", Euros(100), announced: On(2024));
        world.Do(new SignCommitmentRequest { Name = "commitments/one", Date = On(2025, 3) });
        world.Do(new RecordDisbursementRequest { Name = "commitments/one", Disbursement = new() { Amount = Euros(30), Date = On(2025, 9, 9) } });
        world.Do(new CancelCommitmentRequest { Name = "commitments/one", Date = On(2026, 6) });

        Assert.StartsWith("EU 0 -", world.Shares(Measure.Pledged, new(2023, 12, 31)), StringComparison.Ordinal);
        Assert.StartsWith("EU 10000 ", world.Shares(Measure.Pledged, new(2024, 1, 1)), StringComparison.Ordinal);
        Assert.StartsWith("EU 0 -", world.Shares(Measure.Committed, new(2025, 2, 28)), StringComparison.Ordinal);
        Assert.StartsWith("EU 10000 ", world.Shares(Measure.Committed, new(2026, 5, 31)), StringComparison.Ordinal);
        foreach (var measure in (Measure[])[Measure.Pledged, Measure.Committed, Measure.Disbursed])
            Assert.StartsWith("EU 3000 ", world.Shares(measure, new(2026, 6, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_rate_on_or_before_the_date_no_figure_is_reported()
    {
        var world = new ModelWorld().Project("mine").Investor("far", "JP").Rate("JPY", "160").Commitment("one", "far", "mine", Yen(1));

        Assert.Equal("JPY", Assert.Throws<NoRateException>(() => world.Shares(Measure.Pledged, new(2026, 1, 1))).Currency);
    }
}
