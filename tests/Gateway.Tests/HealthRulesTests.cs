using Microsoft.Extensions.Configuration;
using Mining.Gateway.Health;
using Mining.Primitives.Settings;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: a typing error in a configuration that silently changes every score. Each row is one setting and its message; empty: it is
// accepted.
public sealed class HealthRulesTests
{
    [Theory]
    [InlineData("GreenScore", "75", "")]
    [InlineData("GreenScore", "many", "The health rules cannot be read.")]
    [InlineData("GrenScore", "75", "The health rules cannot be read.")]
    [InlineData("Weights:Funding", "-1", "The weight of Funding must be 0 to 1000.")]
    [InlineData("Weights:Funding", "0", "")]
    [InlineData("Weights:Funding", "1000", "")]
    [InlineData("Weights:Funding", "1001", "The weight of Funding must be 0 to 1000.")]
    [InlineData("Weights:Unspecified", "1", "Unspecified is not a component.")]
    [InlineData("StageNeedsPpm:Exploration", "0", "StageNeedsPpm of Exploration must be 1 to 1000000.")]
    [InlineData("StageNeedsPpm:Exploration", "1", "")]
    [InlineData("StageNeedsPpm:Operating", "1000000", "")]
    [InlineData("StageNeedsPpm:Operating", "1000001", "StageNeedsPpm of Operating must be 1 to 1000000.")]
    [InlineData("StageNeedsPpm:Suspended", "1", "Suspended is not a stage that needs money.")]
    [InlineData("StageNeedsPpm:Unspecified", "1", "Unspecified is not a stage that needs money.")]
    [InlineData("SlipLimitMonths", "0", "Limits in months must be at least 1.")]
    [InlineData("SlipLimitMonths", "1", "")]
    [InlineData("EuExtractionLimitMonths", "0", "Limits in months must be at least 1.")]
    [InlineData("EuExtractionLimitMonths", "1", "")]
    [InlineData("EuProcessingLimitMonths", "0", "Limits in months must be at least 1.")]
    [InlineData("EuProcessingLimitMonths", "1", "")]
    [InlineData("FreshDays", "-1", "FreshDays must be at least 0, and StaleDays must be greater than FreshDays.")]
    [InlineData("FreshDays", "0", "")]
    [InlineData("FreshDays", "364", "")]
    [InlineData("FreshDays", "365", "FreshDays must be at least 0, and StaleDays must be greater than FreshDays.")]
    [InlineData("AmberScore", "-1", "AmberScore must be at least 0, and GreenScore must be from AmberScore to 100.")]
    [InlineData("AmberScore", "0", "")]
    [InlineData("AmberScore", "75", "")]
    [InlineData("AmberScore", "76", "AmberScore must be at least 0, and GreenScore must be from AmberScore to 100.")]
    [InlineData("GreenScore", "100", "")]
    [InlineData("GreenScore", "101", "AmberScore must be at least 0, and GreenScore must be from AmberScore to 100.")]
    public void A_setting_is_accepted_or_refused_with_a_reason(string key, string value, string problem)
    {
        if (problem.Length == 0)
            Read((key, value));
        else
            Assert.Contains(problem, Assert.Throws<MisconfiguredException>(() => Read((key, value))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_leaves_the_other_rules_at_their_defaults()
    {
        var rules = Read(("SlipLimitMonths", "12"));
        Assert.Equal((12, 27, 15), (rules.SlipLimitMonths, rules.EuExtractionLimitMonths, rules.EuProcessingLimitMonths));
        Assert.Equal(100, rules.Weights.Values.Sum());
    }

    [Fact]
    public void Every_problem_is_named_and_at_least_one_weight_must_be_positive()
    {
        string[] components = ["Funding", "Schedule", "Permitting", "Refining", "Balance", "Freshness"];
        var error = Assert.Throws<MisconfiguredException>(
            () => Read([("SlipLimitMonths", "0"), .. components.Select(component => ($"Weights:{component}", "0"))]));
        Assert.Equal("The health rules are invalid. At least one weight must be above 0. Limits in months must be at least 1.", error.Message);
    }

    private static HealthRules Read(params (string Key, string Value)[] settings) => HealthRules.From(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
