using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Gateway.Features;

/// <summary>Returns everything known about one project. Errors: NOT_FOUND, and those of <see cref="GetPortfolioSummary"/>.</summary>
public sealed class GetProjectDossier(Health.HealthRules rules)
{
    public ProjectDossier Answer(
        PortfolioSnapshot snapshot, GetProjectDossierRequest request, Caller caller, DateOnly today, IReadOnlyList<SourceFreshness> freshness)
    {
        var violations = new Violations();
        ResourceNames.Projects.ReadName("name", request.Name, violations);
        if (request.Query?.Filter is { } filter && filter.CalculateSize() > 0)
            violations.Add("query.filter", "must be empty; a dossier always covers the whole project.");
        var query = QueryReader.Read(request.Query, snapshot, caller, today, violations);
        if (query.Snapshot.Find(request.Name) is not { Facts: not null } project)
            throw new RefusedException(Refusal.NotFound(ResourceNames.Projects.ResourceType, request.Name));
        return OverflowGuard.Answer(() => Compute(query, project, freshness));
    }

    private ProjectDossier Compute(Query query, ProjectNode project, IReadOnlyList<SourceFreshness> freshness)
    {
        var report = query.With(rules);
        var figures = project.FiguresAt(query.View, query.Day);
        var requiredRates = new RequiredRates(query.Reporting);
        requiredRates.Add(project, figures, query.Day);
        var tallies = MeasureAmounts.Measures.Select((_, measure) => TallyOf(figures, measure, query)).ToArray();
        foreach (var tally in tallies)
            requiredRates.Add(tally);
        requiredRates.ThrowIfMissing();

        return new ProjectDossier
        {
            Project = Project.Parser.ParseFrom(project.Facts!.State),
            Partnership = query.Partnership.Name,
            AsOf = PartialDate.From(query.AsOf).ToDate(),
            RateDate = PartialDate.From(query.RateDate).ToDate(),
            ReportingCurrency = query.Reporting.Currency.Code,
            Rates = { requiredRates.Used() },
            Shares = { tallies.Select((tally, measure) => ShareTables.Of(measure, tally, query.Partnership, query.Reporting)) },
            CapitalStack = { CapitalStack.Of(project, query) },
            Pipeline = HealthMessages.Of(project.StatusAt(report), report),
            Rules = HealthMessages.Of(rules),
            Reservations = { project.Reservations.Select(reservation => Reservation.Parser.ParseFrom(reservation.State)) },
            RefiningCover =
            {
                RefiningCoverage.Of(project, report).Select(coverage => new RefiningCover
                {
                    Mineral = coverage.Mineral,
                    Year = coverage.Year,
                    PlannedTonnes = coverage.Planned.ToDecimal(),
                    ReservedPartnerTonnes = coverage.ReservedAtPartners.ToDecimal(),
                    ReservedOutsideTonnes = coverage.ReservedOutside.ToDecimal(),
                }),
            },
            Revisions = { project.Revisions.Select(revision => revision.Clone()) },
            Freshness = { freshness },
            ConfidentialWithheld = !query.Visibility.IsWhole,
        };
    }

    private static Tally TallyOf(ProjectFigures figures, int measure, Query query)
    {
        var tally = new Tally(query.Partnership.Parties.Length);
        tally.Add(figures, measure, Instruments.FundedSet);
        return tally;
    }
}
