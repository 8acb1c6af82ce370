using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Platform.Authentication;
using Mining.Portfolio.V1;

namespace Mining.Bench;

/// <summary>Queries as a caller who sees everything.</summary>
internal static class Asking
{
    private static readonly Caller BenchCaller = new("bench") { Roles = Roles.Auditor };

    public static PortfolioSummary Answer(
        this GetPortfolioSummary feature, PortfolioSnapshot snapshot, GetPortfolioSummaryRequest request, DateOnly today, IReadOnlyList<SourceFreshness> freshness) =>
        feature.Answer(snapshot, request, BenchCaller, today, freshness);

    public static ProjectDossier Answer(
        this GetProjectDossier feature, PortfolioSnapshot snapshot, GetProjectDossierRequest request, DateOnly today, IReadOnlyList<SourceFreshness> freshness) =>
        feature.Answer(snapshot, request, BenchCaller, today, freshness);
}
