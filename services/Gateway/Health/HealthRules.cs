using Mining.Portfolio.V1;
using Mining.Primitives.Settings;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// The weights and tables of the health score: settings that are read once at startup and published with each response. A
/// configuration only needs to contain the values that differ.
/// </summary>
public sealed class HealthRules
{
    /// <summary>The weight of each component in the mean of the scored ones.</summary>
    public Dictionary<HealthComponentKind, int> Weights { get; } = new()
    {
        [HealthComponentKind.Funding] = 30,
        [HealthComponentKind.Schedule] = 25,
        [HealthComponentKind.Permitting] = 15,
        [HealthComponentKind.Refining] = 15,
        [HealthComponentKind.Balance] = 10,
        [HealthComponentKind.Freshness] = 5,
    };

    /// <summary>The part of the capital cost that must be committed at each stage, in parts per million.</summary>
    public Dictionary<Stage, int> StageNeedsPpm { get; } = new()
    {
        [Stage.Exploration] = 20_000,
        [Stage.Scoping] = 30_000,
        [Stage.PreFeasibility] = 50_000,
        [Stage.Feasibility] = 100_000,
        [Stage.Permitting] = 150_000,
        [Stage.Financing] = 600_000,
        [Stage.Construction] = 1_000_000,
        [Stage.Commissioning] = 1_000_000,
        [Stage.Operating] = 1_000_000,
    };

    /// <summary>A slip of at least this many months scores 0.</summary>
    public int SlipLimitMonths { get; set; } = 24;

    /// <summary>Months for extraction permits of EU strategic projects: Regulation (EU) 2024/1252, article 11.</summary>
    public int EuExtractionLimitMonths { get; set; } = 27;

    /// <summary>Months for processing and recycling permits of EU strategic projects: the same article.</summary>
    public int EuProcessingLimitMonths { get; set; } = 15;

    /// <summary>A report up to this many days old scores 100.</summary>
    public int FreshDays { get; set; } = 90;

    /// <summary>A report at least this many days old scores 0.</summary>
    public int StaleDays { get; set; } = 365;

    /// <summary>The minimum score of the green band.</summary>
    public int GreenScore { get; set; } = 75;

    /// <summary>The minimum score of the amber band.</summary>
    public int AmberScore { get; set; } = 50;

    /// <summary>Reads the rules from a configuration section. Throws with all violations if the rules are invalid.</summary>
    public static HealthRules From(IConfiguration section)
    {
        var rules = new HealthRules();
        try
        {
            section.Bind(rules, options => options.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new MisconfiguredException($"The health rules cannot be read. {exception.Message}", exception);
        }

        var problems = string.Join(" ", rules.Problems());
        return problems == "" ? rules : throw new MisconfiguredException($"The health rules are invalid. {problems}");
    }

    private IEnumerable<string> Problems()
    {
        const int Whole = 1_000_000;
        foreach (var kind in Enum.GetValues<HealthComponentKind>().Where(kind => kind != HealthComponentKind.Unspecified))
        {
            if (Weights.GetValueOrDefault(kind, -1) is < 0 or > 1_000)
                yield return $"The weight of {kind} must be 0 to 1000.";
        }

        if (Weights.Values.All(weight => weight <= 0))
            yield return "At least one weight must be above 0.";
        if (Weights.ContainsKey(HealthComponentKind.Unspecified))
            yield return "Unspecified is not a component.";
        for (var stage = Stage.Exploration; stage <= Stage.Operating; stage++)
        {
            if (StageNeedsPpm.GetValueOrDefault(stage) is < 1 or > Whole)
                yield return $"StageNeedsPpm of {stage} must be 1 to 1000000.";
        }

        foreach (var stage in StageNeedsPpm.Keys.Where(stage => stage is < Stage.Exploration or > Stage.Operating))
            yield return $"{stage} is not a stage that needs money.";
        if (SlipLimitMonths < 1 || EuExtractionLimitMonths < 1 || EuProcessingLimitMonths < 1)
            yield return "Limits in months must be at least 1.";
        if (FreshDays < 0 || StaleDays <= FreshDays)
            yield return "FreshDays must be at least 0, and StaleDays must be greater than FreshDays.";
        if (AmberScore < 0 || GreenScore < AmberScore || GreenScore > 100)
            yield return "AmberScore must be at least 0, and GreenScore must be from AmberScore to 100.";
    }
}
