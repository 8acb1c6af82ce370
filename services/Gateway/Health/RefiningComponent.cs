using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// For mining projects without refining of their own: partner refining capacity reserved for the planned output in the first full
/// year, for the mineral with the least coverage.
/// </summary>
internal static class RefiningComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        var kinds = subject.Project.Kinds;
        if (!kinds.Contains(ProjectKind.Mining))
            return ComponentResult.NotApplicable(static _ => "The project does not mine.");
        if (kinds.Contains(ProjectKind.Refining))
            return ComponentResult.NotApplicable(static _ => "The project refines what it mines.");
        var covers = RefiningCoverage.Of(subject.Node, subject.ReportContext);
        if (covers.Length == 0)
        {
            return ComponentResult.Unknown(static of => of.Project.Outputs.Length == 0
                ? "The planned output in tonnes of a mineral is unknown."
                : "The date of first production is unknown.");
        }

        return ComponentResult.Scored(Part(WorstOf(covers)), Reason);
    }

    private static string Reason(HealthSubject subject)
    {
        var covers = RefiningCoverage.Of(subject.Node, subject.ReportContext);
        var worst = WorstOf(covers);
        return $"{worst.ReservedAtPartners} of partner refining capacity reserved for {worst.Planned} of {worst.Mineral} planned in {worst.Year}"
            + (covers.Length > 1 ? $", the least covered of {covers.Length} minerals." : ".");
    }

    private static RefiningCoverage WorstOf(RefiningCoverage[] covers) => covers.Length == 1 ? covers[0] : covers.MinBy(Part)!;

    private static decimal Part(RefiningCoverage coverage) => (decimal)coverage.ReservedAtPartners.Kilograms / coverage.Planned.Kilograms;
}
