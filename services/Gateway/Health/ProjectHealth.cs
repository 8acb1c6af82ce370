using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>A project's health: the weighted mean of the scored components, and red flags, which override it.</summary>
/// <param name="Score">From 0 to 100, unrounded; null if no component is scored.</param>
/// <param name="Band">Derived from the unrounded score.</param>
/// <param name="UnknownCount">The number of unknown components.</param>
/// <param name="IsFlagged">Whether there is a red flag.</param>
/// <param name="Subject">The input. Texts are formatted from it only when they are requested.</param>
internal readonly record struct ProjectHealth(
    decimal? Score,
    HealthBand Band,
    int UnknownCount,
    bool IsFlagged,
    HealthSubject Subject)
{
    private static readonly (HealthComponentKind Kind, Func<HealthSubject, ComponentResult> Evaluate)[] Evaluators =
    [
        (HealthComponentKind.Funding, FundingComponent.Evaluate),
        (HealthComponentKind.Schedule, ScheduleComponent.Evaluate),
        (HealthComponentKind.Permitting, PermittingComponent.Evaluate),
        (HealthComponentKind.Refining, RefiningComponent.Evaluate),
        (HealthComponentKind.Balance, BalanceComponent.Evaluate),
        (HealthComponentKind.Freshness, FreshnessComponent.Evaluate),
    ];

    private static readonly ComponentResult ProjectEnded = ComponentResult.NotApplicable(static of => $"The project is {DisplayText.Of(of.Stage)}.");

    /// <summary>The components in order of their kinds. Evaluated again, because a summary evaluates all projects but shows five.</summary>
    public IEnumerable<(HealthComponentKind Kind, ComponentResult Result)> Components
    {
        get
        {
            foreach (var (kind, evaluate) in Evaluators)
                yield return (kind, Subject.IsOver ? ProjectEnded : evaluate(Subject));
        }
    }

    /// <summary>The red flags as text.</summary>
    public IEnumerable<string> RedFlags => Subject.IsOver ? [] : RedFlagsOf(Subject);

    public static ProjectHealth Of(HealthSubject subject)
    {
        if (subject.IsOver)
            return new ProjectHealth(null, HealthBand.NotScored, 0, false, subject);
        var (sum, weights, unknownCount) = (0m, 0, 0);
        foreach (var (kind, evaluate) in Evaluators)
        {
            var result = evaluate(subject);
            unknownCount += result.State == HealthComponentState.Unknown ? 1 : 0;
            if (!result.IsScored)
                continue;
            var weight = subject.Rules.Weights[kind];
            sum += weight * result.Score;
            weights += weight;
        }

        decimal? score = weights > 0 ? sum / weights : null;
        var isFlagged = PermittingComponent.FirstRefused(subject) is not null || subject.Stage == Stage.Suspended || subject.BreachingInvestors.Count > 0;
        return new ProjectHealth(score, BandOf(score, isFlagged, subject.Rules), unknownCount, isFlagged, subject);
    }

    private static HealthBand BandOf(decimal? score, bool isFlagged, HealthRules rules) => score switch
    {
        _ when isFlagged => HealthBand.Red,
        null => HealthBand.Unknown,
        _ when score >= rules.GreenScore => HealthBand.Green,
        _ when score >= rules.AmberScore => HealthBand.Amber,
        _ => HealthBand.Red,
    };

    private static IEnumerable<string> RedFlagsOf(HealthSubject subject)
    {
        foreach (var permit in PermittingComponent.Refused(subject))
            yield return $"Permit “{permit.DisplayName}” was refused on {permit.Refusal}.";
        if (subject.Stage == Stage.Suspended)
            yield return $"Suspended at stage {DisplayText.Of(subject.StageReached)}.";
        foreach (var investor in subject.BreachingInvestors)
        {
            yield return $"Owners in covered countries hold more than {DisplayText.PercentOfPpm(subject.ReportContext.Partnership.OwnershipRule!.LimitPpm)} "
                + $"of {investor}, which breaches the partnership's outside-ownership rule.";
        }
    }
}
