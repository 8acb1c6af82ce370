using Mining.Gateway.Facts;
using Mining.Projects.V1;

namespace Mining.Gateway.Shares;

/// <summary>The projects and commitments selected by a query. A null or empty condition selects everything.</summary>
internal sealed record Selection
{
    public static Selection Everything { get; } = new();

    public IReadOnlySet<string>? Projects { get; init; }
    public IReadOnlySet<string>? Countries { get; init; }
    public IReadOnlySet<Stage>? Stages { get; init; }
    public IReadOnlySet<string>? Minerals { get; init; }
    public IReadOnlySet<ProjectKind>? Kinds { get; init; }
    public InstrumentSet Instruments { get; init; } = InstrumentSet.All;

    /// <summary>Whether an investor is selected, by its index in the snapshot; null selects all.</summary>
    public bool[]? Investors { get; init; }

    public bool IsEverything => this == Everything;

    /// <summary>Whether it selects by anything other than the instrument.</summary>
    public bool FiltersProjectsOrInvestors => this != Everything with { Instruments = Instruments };

    /// <summary>The known projects that meet the project conditions on a day.</summary>
    public IEnumerable<ProjectNode> Of(ProjectNode[] projects, int day) => IsEverything
        ? projects.Where(project => project.Facts is not null)
        : projects.Where(project => project.Facts is { } facts && Picks(facts, day));

    public InstrumentSet FundedInstruments => Instruments.And(Shares.Instruments.FundedSet);

    /// <summary>Whether all commitments of a project are selected.</summary>
    public bool SelectsAllCommitments => Investors is null && Instruments == InstrumentSet.All;

    public bool Picks(in CommitmentFacts commitment) =>
        Instruments.Contains((int)commitment.Instrument) && (Investors is null || Investors[commitment.Investor]);

    /// <summary>The figures of the project's commitments of the selected investors, for all instruments; cached ones if possible.</summary>
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
