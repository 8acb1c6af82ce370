using Mining.Projects.V1;

namespace Mining.Projects.Domain;

/// <summary>The allowed stage transitions.</summary>
public static class StageTransitions
{
    /// <summary>The regular stages of a project, in order.</summary>
    private static readonly Stage[] Path =
    [
        Stage.Exploration, Stage.Scoping, Stage.PreFeasibility, Stage.Feasibility, Stage.Permitting, Stage.Financing,
        Stage.Construction, Stage.Commissioning, Stage.Operating,
    ];

    /// <summary>
    /// Allowed are: forward or back on the path; from the path to suspended and back; to cancelled before the project has operated; to
    /// closed from operating or suspended; from an unknown stage to any. Never to an unknown stage or to the same one.
    /// </summary>
    /// <param name="from">The current stage.</param>
    /// <param name="to">The next stage.</param>
    /// <param name="beforeSuspension">The stage before a suspension.</param>
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
    /// Whether the parties of a joint project must decide together: on a move to financing or construction, in either direction; on a move
    /// past them, which would bypass that; on a cancellation; and on closing a project that has never operated, which amounts to a
    /// cancellation.
    /// </summary>
    /// <param name="from">The current stage.</param>
    /// <param name="to">The next stage.</param>
    /// <param name="beforeSuspension">The stage before a suspension.</param>
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

    /// <summary>Whether the stage is final.</summary>
    public static bool IsFinal(Stage stage) => stage is Stage.Cancelled or Stage.Closed;

    /// <summary>Display text of a stage.</summary>
    public static string DisplayText(Stage stage) => stage switch
    {
        Stage.Unspecified => "an unknown stage",
        Stage.PreFeasibility => "pre-feasibility",
        _ => stage.ToString().ToLowerInvariant(),
    };
}
