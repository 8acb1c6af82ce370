using System.Globalization;
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Google.Type;
using Mining.Cli.Shell;
using Mining.Cli.Views;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Cli.Tests;

// At stake: a share that is right to one part per million must not be wrong by a digit on the screen.
public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0.0000 %")]
    [InlineData(1, "0.0001 %")]
    [InlineData(9_999, "0.9999 %")]
    [InlineData(10_000, "1.0000 %")]
    [InlineData(523_456, "52.3456 %")]
    [InlineData(1_000_000, "100.0000 %")]
    public void Parts_per_million_are_shown_as_percent_exactly(int ppm, string text) => Assert.Equal(text, Figures.Percent(ppm));

    [Theory]
    [InlineData(0, "0.0000 pp")]
    [InlineData(1, "+0.0001 pp")]
    [InlineData(-1, "-0.0001 pp")]
    [InlineData(-319_992, "-31.9992 pp")]
    [InlineData(int.MinValue, "-214748.3648 pp")]
    public void A_distance_is_shown_with_its_sign(int ppm, string text) => Assert.Equal(text, Figures.PercentagePoints(ppm));

    [Fact]
    public void Every_percentage_reads_back_as_the_same_parts_per_million() => Gen.Int[-1_000_000, 1_000_000].Sample(ppm =>
        decimal.Parse(Figures.PercentagePoints(ppm)[..^3], CultureInfo.InvariantCulture) * 10_000 == ppm &&
        decimal.Parse(Figures.Percent(ppm)[..^2], CultureInfo.InvariantCulture) * 10_000 == ppm);

    [Theory]
    [InlineData(1_234_567_89, "EUR", "1 234 567.89")]
    [InlineData(-5, "EUR", "-0.05")]
    [InlineData(1_234_567, "JPY", "1 234 567")]
    [InlineData(long.MaxValue, "EUR", "92 233 720 368 547 758.07")]
    public void An_amount_is_shown_to_the_last_minor_unit(long minorUnits, string currency, string text) =>
        Assert.Equal(text, Figures.Amount(new Amount(minorUnits, currency).ToMoney()));

    [Fact]
    public void An_absent_value_is_never_shown_as_zero()
    {
        Assert.Equal("undisclosed", Figures.AmountWithCurrency(null));
        Assert.Equal("–", Figures.Amount(null));
        Assert.Equal("–", Figures.Score(null));
        Assert.Equal("–", Figures.Day(null));
    }

    [Fact]
    public void Millions_are_rounded_half_to_even()
    {
        Assert.Equal("1 234.2", Figures.Millions(new Money { CurrencyCode = "EUR", Units = 1_234_250_000 }));
        Assert.Equal("1 234.3", Figures.Millions(new Money { CurrencyCode = "EUR", Units = 1_234_250_000, Nanos = 10_000_000 }));
    }

    [Theory]
    [InlineData(0.4, "0.4 s")]
    [InlineData(90, "2 min")]
    [InlineData(7_200, "2 h")]
    [InlineData(259_200, "3 days")]
    public void An_age_is_shown_in_its_largest_useful_unit(double seconds, string text) =>
        Assert.Equal(text, Figures.Age(Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds))));

    [Theory]
    [InlineData("pre-feasibility", Stage.PreFeasibility)]
    [InlineData("PRE_FEASIBILITY", Stage.PreFeasibility)]
    [InlineData("Pre Feasibility", Stage.PreFeasibility)]
    [InlineData("STAGE_PRE_FEASIBILITY", Stage.PreFeasibility)]
    [InlineData("unknown", Stage.Unspecified)]
    public void A_stage_is_parsed_in_any_common_spelling(string text, Stage stage)
    {
        Assert.True(EnumNames.TryParse<Stage>(text, acceptUnknown: true, out var read, out _));
        Assert.Equal(stage, read);
    }

    [Fact]
    public void Every_value_reads_back_from_its_friendly_name()
    {
        Assert.All(
            System.Enum.GetValues<Stage>(), stage =>
            Assert.True(EnumNames.TryParse<Stage>(EnumNames.Of(stage), true, out var read, out _) && read == stage));
        Assert.All(
            System.Enum.GetValues<Instrument>().Where(instrument => instrument != Instrument.Unspecified),
            instrument =>
                Assert.True(EnumNames.TryParse<Instrument>(EnumNames.Of(instrument), false, out var read, out _) && read == instrument));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_suggestions()
    {
        Assert.False(EnumNames.TryParse<Stage>("feasibilty", false, out _, out var near));
        Assert.Equal("\"feasibilty\" is unknown; did you mean feasibility?", near);
        Assert.False(EnumNames.TryParse<CommitmentStatus>("xyz", false, out _, out var far));
        Assert.Equal("\"xyz\" is not one of pledged, committed, disbursed, cancelled.", far);
        Assert.False(EnumNames.TryParse<Stage>("unknown", acceptUnknown: false, out _, out _));
    }
}
