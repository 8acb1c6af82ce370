using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Platform.Numbers;
using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>What the components of health look at: one project at one date.</summary>
internal sealed record HealthSubject
{
    public required ProjectNode Node { get; init; }

    public ProjectFacts Project => Node.Facts!;

    public required ReportContext ReportContext { get; init; }

    /// <summary>Its additive, funded, committed money.</summary>
    public required Tally Committed { get; init; }

    /// <summary>The same in the reporting currency, by party.</summary>
    public required long[] CommittedCells { get; init; }

    /// <summary>At least two sides have committed money in it.</summary>
    public required bool IsJoint { get; init; }

    /// <summary>Investors that breach the partnership's outside-ownership rule, as people call them.</summary>
    public required IReadOnlyList<string> BreachingInvestors { get; init; }

    public HealthRules Rules => ReportContext.Rules;

    public DateOnly AsOf => ReportContext.AsOf;

    public required Stage Stage { get; init; }

    /// <summary>How far the project has come, a suspension aside: what it needs does not shrink while it rests.</summary>
    public required Stage StageReached { get; init; }

    public required Amount? CapitalCost { get; init; }

    /// <summary>Given up or closed: there is nothing left whose health could be told.</summary>
    public bool IsOver => Stage is Stage.Cancelled or Stage.Closed;

    public bool HasHappened(PartialDate? date) => date is { } known && known.FirstDay <= AsOf;
}
