using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Health;

/// <summary>The status of a project in the last reports for which it was computed.</summary>
internal static class StatusCache
{
    /// <summary>How the project stands in the pipeline.</summary>
    public static ProjectStatus StatusAt(this ProjectNode project, ReportContext report) =>
        project.GetDerived(static () => new LruCache<ReportContextKey, ProjectStatus>(capacity: 3))
            .GetOrAdd(report.Key, (project, report), static of => ProjectStatus.Of(
                of.project, CommittedMoney.Of(of.project.FiguresAt(of.report.View, of.report.Day), of.report.Partnership), of.report));
}
