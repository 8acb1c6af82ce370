// At stake: a caller learns about all violations at once, by field path, and no unprintable or unbounded text is accepted. Tables of
// allowed values.
using Google.Type;
using Mining.Platform.Errors;
using Mining.Projects.V1;
using Xunit;
using Date = Google.Type.Date;

namespace Mining.Platform.Tests.Errors;

public sealed class ViolationsTests
{
    [Theory]
    // text, max length, required, message; none: allowed
    [InlineData("Caremag", 7, true, "")]
    [InlineData("Caremag", 6, true, "has 7 characters; at most 6 are allowed.")]
    [InlineData("", 7, false, "")]
    [InlineData("", 7, true, "must be given.")]
    [InlineData(" \t", 7, true, "must be given.")]
    [InlineData("two\nlines\tof\r\ntext", 50, true, "")]
    [InlineData("Übungsgrube Łódź 鉱山 ⛏️", 50, true, "")]
    [InlineData("bell\a", 50, false, "contains control characters.")]
    [InlineData("nothing\0", 50, false, "contains control characters.")]
    [InlineData("delete\u007f", 50, false, "contains control characters.")]
    [InlineData("next line\u0085", 50, false, "contains control characters.")]
    public void A_text_must_be_printable_bounded_and_present_if_required(string text, int longest, bool required, string said) =>
        Expect(said, violations => violations.CheckText("field", text, longest, required));

    [Theory]
    [InlineData(Stage.Feasibility, true, "")]
    [InlineData(Stage.Unspecified, false, "")]
    [InlineData(Stage.Unspecified, true, "must be given.")]
    [InlineData((Stage)99, false, "99 is not a known value.")]
    [InlineData((Stage)(-1), false, "-1 is not a known value.")]
    public void An_enum_must_be_a_known_value(Stage stage, bool required, string said) =>
        Expect(said, violations => violations.CheckEnum("field", stage, required));

    [Fact]
    public void A_list_of_distinct_values_has_no_duplicates()
    {
        var violations = new Violations();
        violations.CheckDistinct("minerals", ["tin", "zinc", "tin", "tin"]);
        Assert.Equal(["minerals[2]", "minerals[3]"], Reported(violations).Select(field => field.Field));
    }

    [Fact]
    public void All_violations_are_collected_in_order()
    {
        var violations = new Violations();
        Assert.Null(violations.ReadDate("a", new Date { Year = 2028, Month = 13 }));
        Assert.Null(violations.ReadDate("b", null, required: true));
        Assert.Null(violations.ReadFullDate("c", new Date { Year = 2028 }));
        violations.ReadMoney("d", new Money { CurrencyCode = "EUR", Units = -1 }, positive: true);
        violations.ReadTonnage("e", null, positive: true);
        violations.CheckCountry("f", "UK");
        violations.CheckMineral("g", "litium");
        violations.CheckCurrency("h", "EURO");
        violations.CheckCount("i", 3, 2);
        var reported = Reported(violations);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i"], reported.Select(field => field.Field));
        Assert.All(reported, field => Assert.Matches("[.?]$", field.Description));
    }

    [Fact]
    public void At_most_a_hundred_violations_are_named()
    {
        var violations = new Violations();
        for (var i = 0; i < 100_000; i++)
            violations.Add($"f[{i}]", "is wrong.");
        Assert.Equal(Violations.MaxNamedViolations, Reported(violations).Count);
    }

    [Fact]
    public void No_violation_gives_no_refusal()
    {
        var violations = new Violations();
        Assert.False(violations.Any);
        violations.ThrowIfAny();
    }

    private static void Expect(string said, Action<Violations> check)
    {
        var violations = new Violations();
        check(violations);
        Assert.Equal(said.Length > 0, violations.Any);
        if (said.Length > 0)
            Assert.Equal(("field", said), Reported(violations).Select(field => (field.Field, field.Description)).Single());
    }

    private static IReadOnlyList<Google.Rpc.BadRequest.Types.FieldViolation> Reported(Violations violations) =>
        Assert.Throws<RefusedException>(violations.ThrowIfAny).Refusal.Fields;
}
