using Mining.Gateway.Facts;
using Mining.Projects.V1;

namespace Mining.Gateway.Shares;

/// <summary>Which projects and commitments a query is about. A condition that is null or empty picks everything.</summary>
internal sealed record Selection
{
    public static Selection Everything { get; } = new();

    public IReadOnlySet<string>? Projects { get; init; }
    public IReadOnlySet<string>? Countries { get; init; }
    public IReadOnlySet<Stage>? Stages { get; init; }
    public IReadOnlySet<string>? Minerals { get; init; }
    public IReadOnlySet<ProjectKind>? Kinds { get; init; }
    public InstrumentSet Instruments { get; init; } = InstrumentSet.All;

    /// <summary>By the investor's place in the snapshot.</summary>
    public bool[]? Investors { get; init; }

    public bool IsEverything => this == Everything;

    /// <summary>Whether it picks by anything else than the instrument.</summary>
    public bool IsOfProjectsOrInvestors => this != Everything with { Instruments = Instruments };

    /// <summary>The projects that are known and meet the conditions on projects at a day.</summary>
    public IEnumerable<ProjectNode> Of(ProjectNode[] projects, int day) => IsEverything
        ? projects.Where(project => project.Facts is not null)
        : projects.Where(project => project.Facts is { } facts && Picks(facts, day));

    public InstrumentSet FundedInstruments => Instruments.And(Shares.Instruments.FundedSet);

    /// <summary>Whether all commitments of a project are asked for.</summary>
    public bool PicksEveryCommitment => Investors is null && Instruments == InstrumentSet.All;

    public bool Picks(in CommitmentFacts commitment) =>
        Instruments.Contains((int)commitment.Instrument) && (Investors is null || Investors[commitment.Investor]);

    /// <summary>What the project's selected commitments amount to, instruments aside; from what is kept wherever that can be.</summary>
    public ProjectFigures FiguresOf(ProjectNode project, AttributionMap view, int day) => Investors is null
        ? project.FiguresAt(view, day)
        : ProjectFigures.Of(project, view, day, Investors);

    private bool Picks(ProjectFacts project, int day) =>
        (Projects?.Contains(project.Name) ?? true) &&
        (Countries?.Contains(project.Country) ?? true) &&
        (Stages?.Contains(project.StageAt(day)) ?? true) &&
        (Minerals?.Overlaps(project.Minerals) ?? true) &&
        (Kinds?.Overlaps(project.Kinds) ?? true);
}
