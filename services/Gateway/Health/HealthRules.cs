using Mining.Portfolio.V1;
using Mining.Primitives.Settings;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// The weights and tables behind a health score: configuration, bound once at the start, and published with each answer. A
/// configuration names only what it changes.
/// </summary>
public sealed class HealthRules
{
    /// <summary>The weight of each component among those that are scored.</summary>
    public Dictionary<HealthComponentKind, int> Weights { get; } = new()
    {
        [HealthComponentKind.Funding] = 30,
        [HealthComponentKind.Schedule] = 25,
        [HealthComponentKind.Permitting] = 15,
        [HealthComponentKind.Refining] = 15,
        [HealthComponentKind.Balance] = 10,
        [HealthComponentKind.Freshness] = 5,
    };

    /// <summary>The part of the capital cost that each stage needs to be committed, in parts per million.</summary>
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

    /// <summary>A slip of this many months or more scores 0.</summary>
    public int SlipLimitMonths { get; set; } = 24;

    /// <summary>Months for extraction permits of EU strategic projects: Regulation (EU) 2024/1252, article 11.</summary>
    public int EuExtractionLimitMonths { get; set; } = 27;

    /// <summary>Months for processing and recycling permits of EU strategic projects: the same article.</summary>
    public int EuProcessingLimitMonths { get; set; } = 15;

    /// <summary>A report up to this many days old scores 100.</summary>
    public int FreshDays { get; set; } = 90;

    /// <summary>A report this many days old or older scores 0.</summary>
    public int StaleDays { get; set; } = 365;

    /// <summary>Green from this score on.</summary>
    public int GreenScore { get; set; } = 75;

    /// <summary>Amber from this score on.</summary>
    public int AmberScore { get; set; } = 50;

    /// <summary>The rules of a configuration section. Throws, naming all reasons, where nothing sensible can be scored by them.</summary>
    public static HealthRules From(IConfiguration section)
    {
        var rules = new HealthRules();
        try
        {
            section.Bind(rules, options => options.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new MisconfiguredException($"The rules of health cannot be read. {exception.Message}", exception);
        }

        var problems = string.Join(" ", rules.Problems());
        return problems == "" ? rules : throw new MisconfiguredException($"The rules of health are not valid. {problems}");
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
            yield return "Unspecified is no component.";
        for (var stage = Stage.Exploration; stage <= Stage.Operating; stage++)
        {
            if (StageNeedsPpm.GetValueOrDefault(stage) is < 1 or > Whole)
                yield return $"The part that {stage} needs must be 1 to 1000000.";
        }

        foreach (var stage in StageNeedsPpm.Keys.Where(stage => stage is < Stage.Exploration or > Stage.Operating))
            yield return $"{stage} is no stage that needs money.";
        if (SlipLimitMonths < 1 || EuExtractionLimitMonths < 1 || EuProcessingLimitMonths < 1)
            yield return "Limits in months must be at least 1.";
        if (FreshDays < 0 || StaleDays <= FreshDays)
            yield return "StaleDays must be more than FreshDays, which must not be negative.";
        if (AmberScore < 0 || GreenScore < AmberScore || GreenScore > 100)
            yield return "AmberScore must be at least 0, and GreenScore at least that and at most 100.";
    }
}
