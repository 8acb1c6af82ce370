using Mining.Projects.V1;

namespace Mining.Projects.Domain;

/// <summary>Which stage may follow which.</summary>
public static class StageTransitions
{
    /// <summary>The stages through which a project goes, in their order.</summary>
    private static readonly Stage[] Path =
    [
        Stage.Exploration, Stage.Scoping, Stage.PreFeasibility, Stage.Feasibility, Stage.Permitting, Stage.Financing,
        Stage.Construction, Stage.Commissioning, Stage.Operating,
    ];

    /// <summary>
    /// Ahead or back on the path; to suspended from anywhere on it and back; to cancelled before it has operated; to closed
    /// after. From an unknown stage to any. Never to an unknown one or to the same.
    /// </summary>
    /// <param name="from">The present stage.</param>
    /// <param name="to">The next one.</param>
    /// <param name="beforeSuspension">Where a suspended project was.</param>
    public static bool IsAllowed(Stage from, Stage to, Stage beforeSuspension)
    {
        if (to == from || to == Stage.Unspecified)
            return false;
        return from switch
        {
            Stage.Unspecified => true,
            Stage.Cancelled or Stage.Closed => false,
            Stage.Suspended => Path.Contains(to)
                || (to == Stage.Cancelled && beforeSuspension != Stage.Operating)
                || to == Stage.Closed,
            Stage.Operating => Path.Contains(to) || to is Stage.Suspended or Stage.Closed,
            _ => Path.Contains(to) || to is Stage.Suspended or Stage.Cancelled,
        };
    }

    /// <summary>
    /// What the parties of a joint project decide together: to go to financing or construction, from either side of them; to go past them
    /// without having been there, which would get around that; to cancel; and to close what has never operated, which is the same.
    /// </summary>
    /// <param name="from">The present stage.</param>
    /// <param name="to">The next one.</param>
    /// <param name="beforeSuspension">Where a suspended project was.</param>
    public static bool NeedsAllParties(Stage from, Stage to, Stage beforeSuspension)
    {
        var reached = from == Stage.Suspended ? beforeSuspension : from;
        return to switch
        {
            Stage.Financing or Stage.Construction or Stage.Cancelled => true,
            Stage.Commissioning or Stage.Operating => Array.IndexOf(Path, reached) < Array.IndexOf(Path, Stage.Construction),
            Stage.Closed => reached != Stage.Operating,
            _ => false,
        };
    }

    /// <summary>Whether nothing follows.</summary>
    public static bool IsFinal(Stage stage) => stage is Stage.Cancelled or Stage.Closed;

    /// <summary>A stage for people.</summary>
    public static string DisplayText(Stage stage) => stage switch
    {
        Stage.Unspecified => "an unknown stage",
        Stage.PreFeasibility => "pre-feasibility",
        _ => stage.ToString().ToLowerInvariant(),
    };
}
