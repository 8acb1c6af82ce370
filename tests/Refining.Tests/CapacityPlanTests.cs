using System.Globalization;
using CsCheck;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Mining.Refining.Domain;
using Xunit;

namespace Mining.Refining.Tests;

// At stake: a tonne of refining that is promised twice, or a free one that is refused. The tables can be checked on paper: capacity is
// written as "from year: tonnes" (without a year: from the beginning; "?": unknown), reservations as "first-last: tonnes a year". The
// property runs random histories against a naive count.
public sealed class CapacityPlanTests
{
    private static readonly ProductLine Hydroxide = new("lithium", "lithium hydroxide");

    [Theory]
    // capacity, year, tonnes in force
    [InlineData("100", 2026, "100")]
    [InlineData("2028: 100", 2027, "0")] // no capacity before its first year
    [InlineData("2028: 100", 2028, "100")]
    [InlineData("2028: 100, 2030: 250", 2029, "100")] // an expansion
    [InlineData("2028: 100, 2030: 250", 2030, "250")]
    [InlineData("2028: 100, 2030: 250", 2099, "250")] // the last entry applies to all later years
    [InlineData("2030: 250, 2028: 100", 2029, "100")] // in any input order
    [InlineData("100, 2035: 0", 2036, "0")] // a closure
    [InlineData("100, 2030: ?", 2029, "100")]
    [InlineData("100, 2030: ?", 2030, "?")]
    [InlineData("?", 2026, "?")]
    public void The_capacity_of_a_year_is_its_latest_started_entry(string capacity, int year, string expected) =>
        Assert.Equal(Tonnes(expected), Plan(capacity).CapacityOf(Hydroxide, year));

    [Fact]
    public void A_mineral_that_a_facility_does_not_refine_has_no_capacity() =>
        Assert.Equal(new Tonnage(0), Plan("100").CapacityOf(new ProductLine("cobalt", ""), 2030));

    [Theory]
    // capacity, existing reservations, request
    [InlineData("100", "", "2028-2030: 100")]
    [InlineData("100", "2028-2030: 60", "2028-2030: 40")]
    [InlineData("100", "2028-2030: 100", "2031-2040: 100")] // the years do not overlap
    [InlineData("100", "2028-2029: 60, 2030-2031: 60", "2028-2031: 40")]
    [InlineData("2028: 100, 2030: 150", "2028-2031: 100", "2030-2031: 50")]
    [InlineData("0.003", "2028-2028: 0.001", "2028-2028: 0.002")] // to the kilogram
    [InlineData("2030: 100, 2040: ?", "", "2030-2039: 100")] // the unknown years are not requested
    public void A_reservation_that_fits_into_every_year_is_accepted(string capacity, string reserved, string asked)
    {
        var claim = Claims(asked).Single();
        var next = Plan(capacity, reserved).Reserve(claim).OrThrow();
        Assert.Contains(claim, next.Held);
    }

    [Theory]
    // capacity, existing reservations, request, reason, each short year
    [InlineData("100", "2028-2030: 60", "2028-2028: 41", "CAPACITY_EXCEEDED", "2028: capacity 100 t, reserved 60 t, free 40 t, requested 41 t.")]
    [InlineData(
        "100", "2028-2029: 60, 2029-2031: 30", "2028-2031: 40.5", "CAPACITY_EXCEEDED",
        "2028: capacity 100 t, reserved 60 t, free 40 t, requested 40.5 t.|2029: capacity 100 t, reserved 90 t, free 10 t, requested 40.5 t.")]
    [InlineData("100", "2028-2031: 60", "2027-2033: 41", "CAPACITY_EXCEEDED", "2028 to 2031: capacity 100 t, reserved 60 t, free 40 t, requested 41 t.")]
    [InlineData(
        "100, 2030: 90", "2028-2031: 60", "2029-2031: 50", "CAPACITY_EXCEEDED",
        "2029: capacity 100 t, reserved 60 t, free 40 t, requested 50 t.|2030 to 2031: capacity 90 t, reserved 60 t, free 30 t, requested 50 t.")]
    [InlineData(
        "100, 2029: 200, 2030: 100", "", "2028-2031: 101", "CAPACITY_EXCEEDED",
        "2028: capacity 100 t, reserved 0 t, free 100 t, requested 101 t.|2030 to 2031: capacity 100 t, reserved 0 t, free 100 t, requested 101 t.")]
    [InlineData("2028: 100", "", "2027-2028: 1", "CAPACITY_EXCEEDED", "2027: capacity 0 t, reserved 0 t, free 0 t, requested 1 t.")]
    [InlineData("0.003", "2028-2028: 0.002", "2028-2028: 0.002", "CAPACITY_EXCEEDED", "2028: capacity 0.003 t, reserved 0.002 t, free 0.001 t, requested 0.002 t.")]
    [InlineData("?", "", "2028-2028: 1", "CAPACITY_UNKNOWN", "2028: capacity unknown, requested 1 t.")]
    [InlineData(
        "10, 2029: ?", "", "2028-2029: 11", "CAPACITY_EXCEEDED",
        "2028: capacity 10 t, reserved 0 t, free 10 t, requested 11 t.|2029: capacity unknown, requested 11 t.")]
    public void A_reservation_that_does_not_fit_is_refused_with_each_short_year(string capacity, string reserved, string asked, string reason, string years)
    {
        var refusal = Plan(capacity, reserved).Reserve(Claims(asked).Single()).Refusal;
        Assert.NotNull(refusal);
        Assert.Equal(reason, refusal.Reason);
        Assert.Equal(years.Split('|'), refusal.Preconditions.Select(violation => violation.Description));
    }

    [Theory]
    // capacity, reservations, new capacity, each conflicting year; none: allowed
    [InlineData("100", "2028-2029: 60", "60", "")]
    [InlineData("100", "2028-2029: 60", "100, 2030: 0", "")] // closed after the last reserved year
    [InlineData("100", "2028-2029: 60", "59", "2028 to 2029: lithium (lithium hydroxide), new capacity 59 t, reserved 60 t.")]
    [InlineData("100", "2028-2029: 60", "100, 2029: 50", "2029: lithium (lithium hydroxide), new capacity 50 t, reserved 60 t.")]
    [InlineData("100", "2028-2028: 60", "?", "2028: lithium (lithium hydroxide), new capacity unknown, reserved 60 t.")]
    [InlineData("100", "2028-2028: 60", "", "2028: lithium (lithium hydroxide), new capacity 0 t, reserved 60 t.")] // no longer refined
    public void A_capacity_never_falls_below_its_reservations(string capacity, string reserved, string next, string years)
    {
        var refusal = Plan(capacity, reserved).ChangeTo(Plan(next).Entries).Refusal;
        Assert.Equal(years.Length == 0 ? null : "CAPACITY_RESERVED", refusal?.Reason);
        Assert.Equal(years.Split('|', StringSplitOptions.RemoveEmptyEntries), refusal?.Preconditions.Select(violation => violation.Description) ?? []);
    }

    [Fact]
    public void A_refusal_states_per_year_whether_capacity_is_too_small_or_unknown()
    {
        var refusal = Plan("10, 2029: ?").Reserve(Claims("2028-2029: 11").Single()).Refusal;
        Assert.Equal(["CAPACITY_EXCEEDED", "CAPACITY_UNKNOWN"], refusal?.Preconditions.Select(violation => violation.Type));
        Assert.Equal(
            "facilities/refinery does not have 11 t a year of lithium (lithium hydroxide) free. "
            + "2028: capacity 10 t, reserved 0 t, free 10 t, requested 11 t. 2029: capacity unknown, requested 11 t.",
            refusal?.Message);

        refusal = Plan("100", "2028-2029: 60").ChangeTo(Plan("59").Entries).Refusal;
        Assert.Equal(["CAPACITY_RESERVED"], refusal?.Preconditions.Select(violation => violation.Type));
        Assert.Equal(
            "More of facilities/refinery is reserved than the new capacity. 2028 to 2029: lithium (lithium hydroxide), new capacity 59 t, reserved 60 t.",
            refusal?.Message);
    }

    [Theory]
    // capacity; the end of the refusal of 9 t in 2028 to 2032: three in the message, all as violations
    [InlineData("1, 2029: 2, 2030: 3", 3, "2030 to 2032: capacity 3 t, reserved 0 t, free 3 t, requested 9 t.")]
    [InlineData("1, 2029: 2, 2030: 3, 2031: 4", 4, "2030: capacity 3 t, reserved 0 t, free 3 t, requested 9 t. And 1 more.")]
    [InlineData("1, 2029: 2, 2030: 3, 2031: 4, 2032: 5", 5, "2030: capacity 3 t, reserved 0 t, free 3 t, requested 9 t. And 2 more.")]
    public void The_message_of_a_refusal_is_bounded(string capacity, int violations, string end)
    {
        var refusal = Plan(capacity).Reserve(Claims("2028-2032: 9").Single()).Refusal;
        Assert.Equal(violations, refusal?.Preconditions.Count);
        Assert.EndsWith(end, refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conflicts_are_named_by_mineral_product_and_year()
    {
        ProductLine[] lines = [new("tin", ""), new("lithium", "carbonate"), new("lithium", "hydroxide")];
        var plan = new CapacityPlan(
            "facilities/f", [.. lines.Select(line => new CapacityEntry(line, new Tonnage(10), 0))], [.. lines.Select(line => new Claim(line, new Tonnage(1), 2028, 2028))]);
        var refusal = plan.ChangeTo([]).Refusal;
        Assert.Equal(
            ["lithium (carbonate)", "lithium (hydroxide)", "tin"],
            refusal?.Preconditions.Select(violation => violation.Description.Split(": ")[1].Split(", new")[0]));

        Assert.Equal(
            ["lithium (carbonate) 2028 9", "lithium (carbonate) 2029 10", "lithium (hydroxide) 2028 9", "lithium (hydroxide) 2029 10", "tin 2028 9", "tin 2029 10"],
            plan.Years(2028, 2029).Select(year => $"{year.Line} {year.Year} {year.Free?.Kilograms}"));
        Assert.Equal(["carbonate", "hydroxide"], (plan with { Entries = [.. plan.Entries.Reverse()] }).ProductsOf("lithium"));
        Assert.Empty(plan.ProductsOf("cobalt"));
    }

    [Fact]
    public void Releasing_a_reservation_that_is_not_held_throws()
    {
        var error = Assert.Throws<ArgumentException>(() => Plan("100", "2028-2028: 60").Release(Claims("2028-2029: 60").Single()));
        Assert.Contains("is not held", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_year_is_oversold_and_nothing_that_fits_is_refused() =>
        Gen.Select(GenCapacity, GenStep.Array[1, 60]).Sample((capacity, steps) =>
        {
            var plan = new CapacityPlan("facilities/f", capacity, []);
            foreach (var step in steps)
            {
                var before = plan;
                plan = step(plan);
                foreach (var year in Years)
                {
                    var reserved = plan.Held.Where(claim => claim.FromYear <= year && year <= claim.ToYear).Sum(claim => claim.TonnesPerYear.Kilograms);
                    Assert.True(reserved == 0 || reserved <= InForce(plan, year), $"{year} is oversold: {before} became {plan}");
                }
            }
        });

    private static readonly int[] Years = [.. Enumerable.Range(2028, 8)];

    private static readonly Gen<Claim> GenClaim =
        from first in Gen.Int[2028, 2035]
        from last in Gen.Int[first, 2035]
        from kilograms in Gen.Long[1, 9]
        select new Claim(Hydroxide, new Tonnage(kilograms), first, last);

    private static readonly Gen<CapacityEntry[]> GenCapacity =
        from years in Gen.OneOf(Gen.Const(0), Gen.Int[2027, 2035]).ArrayUnique[0, 4]
        from kilograms in Gen.OneOf(Gen.Long[0, 30].Select(value => (long?)value), Gen.Bool.Select(_ => (long?)null)).Array[4]
        select years.Select((year, i) => new CapacityEntry(Hydroxide, kilograms[i] is { } value ? new Tonnage(value) : null, year)).ToArray();

    private static readonly Gen<Func<CapacityPlan, CapacityPlan>> GenStep = Gen.OneOf(
        GenClaim.Select<Claim, Func<CapacityPlan, CapacityPlan>>(claim => plan => Reserve(plan, claim)),
        Gen.Int[0, 100].Select<int, Func<CapacityPlan, CapacityPlan>>(index => plan => plan.Held.Count > 0 ? plan.Release(plan.Held[index % plan.Held.Count]) : plan),
        GenCapacity.Select<CapacityEntry[], Func<CapacityPlan, CapacityPlan>>(entries => plan => Change(plan, entries)));

    private static CapacityPlan Reserve(CapacityPlan plan, Claim claim)
    {
        var decision = plan.Reserve(claim);
        var fits = Years.Where(year => claim.FromYear <= year && year <= claim.ToYear).All(year =>
            plan.Held.Where(held => held.FromYear <= year && year <= held.ToYear).Sum(held => held.TonnesPerYear.Kilograms) + claim.TonnesPerYear.Kilograms
            <= InForce(plan, year));
        Assert.Equal(fits, decision.Refusal is null);
        return fits ? decision.OrThrow() : plan;
    }

    private static CapacityPlan Change(CapacityPlan plan, CapacityEntry[] entries)
    {
        var decision = plan.ChangeTo(entries);
        return decision.Refusal is null ? decision.OrThrow() : plan;
    }

    /// <summary>A naive capacity count: entry by entry up to the year. An unknown capacity covers nothing.</summary>
    private static long InForce(CapacityPlan plan, int year)
    {
        long? kilograms = 0;
        for (var at = 0; at <= year; at++)
        {
            foreach (var entry in plan.Entries)
            {
                if (entry.FromYear == at)
                    kilograms = entry.TonnesPerYear?.Kilograms;
            }
        }

        return kilograms ?? -1;
    }

    private static CapacityPlan Plan(string capacity, string reserved = "") => new(
        "facilities/refinery",
        [.. Parts(capacity).Select(part => new CapacityEntry(Hydroxide, Tonnes(part[^1]), part.Length == 1 ? 0 : Year(part[0])))],
        [.. Claims(reserved)]);

    private static IEnumerable<Claim> Claims(string text) =>
        from part in Parts(text)
        let years = part[0].Split('-')
        select new Claim(Hydroxide, Tonnes(part[1])!.Value, Year(years[0]), Year(years[1]));

    private static IEnumerable<string[]> Parts(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':', StringSplitOptions.TrimEntries));

    private static int Year(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Tonnage? Tonnes(string text) =>
        text == "?" ? null : Tonnage.TryParse(text, out var tonnage, out var problem) ? tonnage : throw new FormatException(problem);
}
