using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;

namespace Mining.Cli.Verify;

/// <summary>Groups commitments by the keys that the API uses.</summary>
internal sealed class NaiveGroups(World world, DateOnly asOf)
{
    private const string Unknown = "unknown";
    private const string Undated = "undated";

    private readonly NaiveCommitment reading = new(asOf);

    /// <summary>The groups ordered by key. By mineral and by kind, a commitment may be in several groups.</summary>
    public SortedDictionary<string, List<Commitment>> Of(CoInvestmentGrouping grouping, IEnumerable<Commitment> commitments)
    {
        var groups = new SortedDictionary<string, List<Commitment>>(StringComparer.Ordinal);
        foreach (var commitment in commitments)
        {
            foreach (var key in Keys(grouping, commitment))
            {
                if (!groups.TryGetValue(key, out var group))
                    groups[key] = group = [];
                group.Add(commitment);
            }
        }

        return groups;
    }

    private IEnumerable<string> Keys(CoInvestmentGrouping grouping, Commitment commitment) => grouping switch
    {
        CoInvestmentGrouping.Project => [commitment.Project],
        CoInvestmentGrouping.Mineral => ProjectOf(commitment).Minerals.DefaultIfEmpty(Unknown),
        CoInvestmentGrouping.Country => [ProjectOf(commitment).Country is { Length: > 0 } country ? country : Unknown],
        CoInvestmentGrouping.Stage =>
            [StageAt(ProjectOf(commitment)) is var stage and not Stage.Unspecified ? EnumNames.GetWireName(stage) : Unknown],
        CoInvestmentGrouping.Instrument => [EnumNames.GetWireName(commitment.Instrument)],
        CoInvestmentGrouping.Investor => [commitment.Investor],
        CoInvestmentGrouping.Year => [commitment.AnnouncementDate is { } date ? FormattableString.Invariant($"{date.Year}") : Undated],
        CoInvestmentGrouping.Kind => ProjectOf(commitment).Kinds.Select(EnumNames.GetWireName).DefaultIfEmpty(Unknown),
        _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "The grouping is unknown."),
    };

    private Stage StageAt(Project project) =>
        project.StageHistory.Count == 0
            ? project.Stage
            : project.StageHistory.LastOrDefault(change => reading.Holds(change.EffectiveDate))?.Stage ?? Stage.Unspecified;

    private Project ProjectOf(Commitment commitment) =>
        world.Projects.TryGetValue(commitment.Project, out var project)
            ? project
            : throw new DifferenceException(commitment.Name, $"its project {commitment.Project} is not in the feed of projects");
}
