using Mining.Projects.V1;

namespace Mining.Gateway.Health;

/// <summary>
/// For mining that does not refine itself: partner refining capacity that is reserved against planned output, in the first full
/// year, for the mineral that is covered worst.
/// </summary>
internal static class RefiningComponent
{
    public static ComponentResult Evaluate(HealthSubject subject)
    {
        var kinds = subject.Project.Kinds;
        if (!kinds.Contains(ProjectKind.Mining))
            return ComponentResult.NotApplicable(static _ => "It does not mine.");
        if (kinds.Contains(ProjectKind.Refining))
            return ComponentResult.NotApplicable(static _ => "It refines what it mines.");
        var covers = RefiningCoverage.Of(subject.Node, subject.ReportContext);
        if (covers.Length == 0)
        {
            return ComponentResult.Unknown(static of => of.Project.Outputs.Length == 0
                ? "The planned output is not known in tonnes of a mineral."
                : "The date of first production is not known.");
        }

        return ComponentResult.Scored(Part(WorstOf(covers)), Reason);
    }

    private static string Reason(HealthSubject subject)
    {
        var covers = RefiningCoverage.Of(subject.Node, subject.ReportContext);
        var worst = WorstOf(covers);
        return $"{worst.ReservedAtPartners} of partner refining capacity reserved for {worst.Planned} of {worst.Mineral} planned in {worst.Year}"
            + (covers.Length > 1 ? $", the worst of {covers.Length} minerals." : ".");
    }

    private static RefiningCoverage WorstOf(RefiningCoverage[] covers) => covers.Length == 1 ? covers[0] : covers.MinBy(Part)!;

    private static decimal Part(RefiningCoverage coverage) => (decimal)coverage.ReservedAtPartners.Kilograms / coverage.Planned.Kilograms;
}
