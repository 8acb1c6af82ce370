using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Projects.Domain;

/// <summary>A stage that is in force from a date. Without a date, it is in force at every date before the next change.</summary>
public sealed record StageEntry(Stage Stage, PartialDate? EffectiveDate, string Reason);

/// <summary>
/// A capital cost that is in force from a date. Without an amount it is unknown; without a date, it is in force at every date before the
/// next estimate.
/// </summary>
public sealed record CostEntry(Amount? CapitalCost, PartialDate? EffectiveDate);

/// <summary>Something to reach by a date.</summary>
public sealed record MilestoneEntry(string Id, string DisplayName, PartialDate Baseline, PartialDate? Forecast, PartialDate? Actual);

/// <summary>
/// The part of a project with business rules: stages, capital cost, baselines and milestones. Pure: every method returns the new state or a
/// refusal.
/// </summary>
public sealed record Project(
    string Name,
    IReadOnlyList<StageEntry> Stages,
    IReadOnlyList<CostEntry> Costs,
    PartialDate? BaselineFirstProduction,
    IReadOnlyList<MilestoneEntry> Milestones)
{
    public const int MaxMilestones = 200;
    public const int MaxPermits = 200;

    /// <summary>The current stage.</summary>
    public Stage Stage => Stages.Count > 0 ? Stages[^1].Stage : Stage.Unspecified;

    /// <summary>The current capital cost.</summary>
    public Amount? CapitalCost => Costs.Count > 0 ? Costs[^1].CapitalCost : null;

    /// <summary>Whether the parties of a joint project must decide together on a move to this stage.</summary>
    public bool NeedsAllParties(Stage to) => StageTransitions.NeedsAllParties(Stage, to, StageBeforeSuspension);

    /// <summary>Moves to another stage from a date.</summary>
    public Decision<Project> ChangeStage(Stage to, PartialDate effectiveDate, string reason)
    {
        if (!StageTransitions.IsAllowed(Stage, to, StageBeforeSuspension))
        {
            return Refusal.Precondition(
                "STAGE_TRANSITION_NOT_ALLOWED", Name, $"A project cannot go from {StageTransitions.DisplayText(Stage)} to {StageTransitions.DisplayText(to)}.");
        }

        if (Stages.Count > 0 && TooEarly(effectiveDate, Stages[^1].EffectiveDate) is { } refusal)
            return refusal;
        return this with { Stages = [.. Stages, new StageEntry(to, effectiveDate, reason)] };
    }

    /// <summary>Records a new capital cost from a date. The same cost changes nothing.</summary>
    public Decision<Project> Estimate(Amount? capitalCost, PartialDate effectiveDate)
    {
        if (capitalCost == CapitalCost)
            return this;
        if (Costs.Count > 0 && TooEarly(effectiveDate, Costs[^1].EffectiveDate) is { } refusal)
            return refusal;
        // Before the first estimate, the cost was unknown at every date.
        IReadOnlyList<CostEntry> before = Costs.Count > 0 ? Costs : [new CostEntry(null, null)];
        return this with { Costs = [.. before, new CostEntry(capitalCost, effectiveDate)] };
    }

    /// <summary>Sets the baseline of first production, which is fixed once recorded. Null leaves it unchanged.</summary>
    public Decision<Project> SetBaseline(PartialDate? baseline) =>
        baseline is null
            ? this
            : BaselineFirstProduction is { } present && baseline != present
            ? Refusal.Precondition("BASELINE_IS_FIXED", Name, $"The baseline of first production is {present} and cannot be changed.")
            : this with { BaselineFirstProduction = baseline };

    /// <summary>Creates a milestone, or replaces the one with the same id. Its baseline is fixed.</summary>
    public Decision<Project> Record(MilestoneEntry milestone)
    {
        var present = Milestones.FirstOrDefault(entry => entry.Id == milestone.Id);
        if (present is not null && present.Baseline != milestone.Baseline)
        {
            return Refusal.Precondition(
                "BASELINE_IS_FIXED", $"{Name}, milestone {milestone.Id}", $"The baseline of {milestone.Id} is {present.Baseline} and cannot be changed.");
        }

        if (present is null && Milestones.Count >= MaxMilestones)
            return Refusal.Precondition("TOO_MANY_MILESTONES", Name, $"A project has at most {MaxMilestones} milestones.");
        return this with
        {
            Milestones = [.. Milestones.Where(entry => entry.Id != milestone.Id).Append(milestone)
                .OrderBy(entry => entry.Baseline).ThenBy(entry => entry.Id, StringComparer.Ordinal)],
        };
    }

    /// <summary>The stage before a suspension.</summary>
    private Stage StageBeforeSuspension => Stages.LastOrDefault(entry => entry.Stage != Stage.Suspended)?.Stage ?? Stage.Unspecified;

    private Refusal? TooEarly(PartialDate date, PartialDate? latest) =>
        // A partial date may be any of its days, so refuse only a date that is certainly before the latest change.
        latest is { } last && date.LastDay < last.FirstDay
            ? Refusal.Precondition("EFFECTIVE_DATE_TOO_EARLY", Name, $"{date} is before the latest change, which is effective from {last}.")
            : null;
}
