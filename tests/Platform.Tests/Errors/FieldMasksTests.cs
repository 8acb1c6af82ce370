// At stake: an update must change exactly what the caller asked for. Tables over a project with a field of every kind.
using Google.Protobuf.WellKnownTypes;
using Google.Type;
using Mining.Platform.Errors;
using Mining.Projects.V1;
using Xunit;
using Date = Google.Type.Date;

namespace Mining.Platform.Tests.Errors;

public sealed class FieldMasksTests
{
    private static readonly string[] Changeable = ["display_name", "operator", "minerals", "stage", "capital_cost", "report_date"];

    private static readonly Project Present = new()
    {
        Name = "projects/a",
        DisplayName = "Old",
        Operator = "Old",
        Country = "FR",
        Minerals = { "tin", "zinc" },
        Stage = Stage.Scoping,
        CapitalCost = new Money { CurrencyCode = "EUR", Units = 5 },
        Version = 7,
    };

    private static readonly Project Proposed = new() { Name = "projects/b", DisplayName = "New", Country = "DE", Minerals = { "cobalt" }, Version = 99 };

    [Theory]
    // mask; none: all non-empty fields
    [InlineData("", "New Old FR cobalt Scoping EUR")]
    [InlineData("*", "New  FR cobalt Unspecified ")]
    [InlineData("display_name", "New Old FR tin,zinc Scoping EUR")]
    [InlineData("operator", "Old  FR tin,zinc Scoping EUR")] // cleared, because the mask names it
    [InlineData("minerals", "Old Old FR cobalt Scoping EUR")] // a list is replaced, not added to
    [InlineData("stage,capital_cost", "Old Old FR tin,zinc Unspecified ")]
    [InlineData("minerals,minerals", "Old Old FR cobalt Scoping EUR")]
    public void Only_the_masked_fields_are_merged(string mask, string expected)
    {
        var violations = new Violations();
        var merged = FieldMasks.Merge(Present, Proposed, Mask(mask), Changeable, violations);
        Assert.False(violations.Any);
        Assert.Equal(
            expected,
            $"{merged.DisplayName} {merged.Operator} {merged.Country} {string.Join(',', merged.Minerals)} {merged.Stage} {merged.CapitalCost?.CurrencyCode}");
        Assert.Equal(("projects/a", 7), (merged.Name, merged.Version));
    }

    [Fact]
    public void Merging_changes_neither_of_its_inputs()
    {
        var (present, proposed) = (Present.Clone(), Proposed.Clone());
        var merged = FieldMasks.Merge(present, proposed, Mask("*"), Changeable, new Violations());
        merged.Minerals.Add("more");
        Assert.Equal(Present, present);
        Assert.Equal(Proposed, proposed);
    }

    [Theory]
    [InlineData("name", "update_mask.paths[0]")]
    [InlineData("display_name,country", "update_mask.paths[1]")]
    [InlineData("capital_cost.units", "update_mask.paths[0]")]
    [InlineData("no_such_field,\0", "update_mask.paths[0],update_mask.paths[1]")]
    [InlineData("display_name,*", "update_mask.paths[1]")]
    [InlineData("DisplayName", "update_mask.paths[0]")]
    public void An_immutable_path_is_a_violation_that_lists_the_mutable_ones(string mask, string fields)
    {
        var violations = new Violations();
        FieldMasks.Merge(Present, Proposed, Mask(mask), Changeable, violations);
        var reported = Assert.Throws<RefusedException>(violations.ThrowIfAny).Refusal.Fields;
        Assert.Equal(fields.Split(','), reported.Select(field => field.Field));
        Assert.All(reported, field => Assert.Contains("display_name, operator", field.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_mask_zero_counts_as_empty_and_an_empty_message_does_not()
    {
        var present = new Project { ReportDate = new Date { Year = 2025 }, Version = 3 };
        var merged = FieldMasks.Merge(present, new Project { ReportDate = new Date() }, null, ["report_date", "version"], new Violations());
        Assert.Equal((new Date(), 3L), (merged.ReportDate, merged.Version));
    }

    private static FieldMask? Mask(string paths) => paths.Length == 0 ? null : new FieldMask { Paths = { paths.Split(',') } };
}
