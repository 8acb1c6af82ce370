using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>The input of the health components: one project on one date.</summary>
internal sealed record HealthSubject
{
    public required ProjectNode Node { get; init; }

    public ProjectFacts Project => Node.Facts!;

    public required ReportContext ReportContext { get; init; }

    /// <summary>Its additive, funded, committed money.</summary>
    public required Tally Committed { get; init; }

    /// <summary>Its committed money in the reporting currency, by party.</summary>
    public required long[] CommittedCells { get; init; }

    /// <summary>Whether at least two sides have committed money in it.</summary>
    public required bool IsJoint { get; init; }

    /// <summary>The display names of investors that breach the partnership's outside-ownership rule.</summary>
    public required IReadOnlyList<string> BreachingInvestors { get; init; }

    public HealthRules Rules => ReportContext.Rules;

    public DateOnly AsOf => ReportContext.AsOf;

    public required Stage Stage { get; init; }

    /// <summary>The stage, or while suspended the stage before: a suspension does not reduce the funding that is needed.</summary>
    public required Stage StageReached { get; init; }

    public required Amount? CapitalCost { get; init; }

    /// <summary>Whether the project is cancelled or closed, and therefore has no health.</summary>
    public bool IsOver => Stage is Stage.Cancelled or Stage.Closed;

    public bool HasHappened(PartialDate? date) => date is { } known && known.FirstDay <= AsOf;
}
