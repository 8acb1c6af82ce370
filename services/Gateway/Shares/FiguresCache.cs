using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>The figures of a project on the last days for which they were computed.</summary>
internal static class FiguresCache
{
    /// <summary>What its commitments amount to, whoever made them. The same object until the project changes.</summary>
    public static ProjectFigures FiguresAt(this ProjectNode project, AttributionMap view, int day) =>
        project.GetDerived(static () => new LruCache<(PartnershipFacts, int), ProjectFigures>(capacity: 3))
            .GetOrAdd((view.Partnership, day), (project, view, day), static of => ProjectFigures.Of(of.project, of.view, of.day));
}
