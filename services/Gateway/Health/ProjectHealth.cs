using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>A project's health: the mean of the components that are scored, by weight, and what makes it red whatever that mean is.</summary>
/// <param name="Score">From 0 to 100, not rounded; null where nothing is scored.</param>
/// <param name="Band">Judged on the score before it is rounded.</param>
/// <param name="Components">In the order of their kinds.</param>
/// <param name="RedFlags">In words.</param>
internal sealed record ProjectHealth(
    decimal? Score,
    HealthBand Band,
    IReadOnlyList<(HealthComponentKind Kind, ComponentResult Result)> Components,
    IReadOnlyList<string> RedFlags)
{
    private static readonly (HealthComponentKind Kind, Func<HealthSubject, ComponentResult> Judge)[] Judges =
    [
        (HealthComponentKind.Funding, FundingComponent.Judge),
        (HealthComponentKind.Schedule, ScheduleComponent.Judge),
        (HealthComponentKind.Permitting, PermittingComponent.Judge),
        (HealthComponentKind.Refining, RefiningComponent.Judge),
        (HealthComponentKind.Balance, BalanceComponent.Judge),
        (HealthComponentKind.Freshness, FreshnessComponent.Judge),
    ];

    public int UnknownCount { get; } = Components.Count(component => component.Result.State == HealthComponentState.Unknown);

    public static ProjectHealth Of(HealthSubject subject)
    {
        if (subject.IsOver)
        {
            var over = ComponentResult.NotApplicable($"The project is {Words.Of(subject.Stage)}.");
            return new ProjectHealth(null, HealthBand.NotScored, [.. Judges.Select(judge => (judge.Kind, over))], []);
        }

        var components = new (HealthComponentKind Kind, ComponentResult Result)[Judges.Length];
        var (sum, weights) = (0m, 0);
        for (var place = 0; place < Judges.Length; place++)
        {
            var (kind, judge) = Judges[place];
            components[place] = (kind, judge(subject));
            if (!components[place].Result.IsScored)
                continue;
            sum += subject.Rules.Weights[kind] * components[place].Result.Score;
            weights += subject.Rules.Weights[kind];
        }

        decimal? score = weights > 0 ? sum / weights : null;
        string[] redFlags = [.. RedFlagsOf(subject)];
        return new ProjectHealth(score, BandOf(score, redFlags.Length > 0, subject.Rules), components, redFlags);
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
            yield return $"Suspended at the stage {Words.Of(subject.StageReached)}.";
        foreach (var investor in subject.BreachingInvestors)
        {
            yield return $"Owners in covered countries hold more than {Words.PercentOfPpm(subject.Viewpoint.Partnership.OwnershipRule!.LimitPpm)} "
                + $"of {investor}, which the partnership's rule on outside ownership forbids.";
        }
    }
}
