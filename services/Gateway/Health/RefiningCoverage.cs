using Mining.Gateway.Facts;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Health;

/// <summary>The coverage of the planned output of one mineral by reservations in the first full year of production.</summary>
internal sealed record RefiningCoverage(string Mineral, int Year, Tonnage Planned, Tonnage ReservedAtPartners, Tonnage ReservedOutside)
{
    /// <summary>
    /// One entry per mineral with a known output, ordered by mineral; none if the first production is unknown. Reservations at unknown
    /// facilities are omitted, because their country is unknown.
    /// </summary>
    public static RefiningCoverage[] Of(ProjectNode project, ReportContext report)
    {
        if (project.Facts is not { PlannedFirstProduction.FirstDay: var start, Outputs: { Length: > 0 } outputs })
            return [];
        var year = start is { Month: 1, Day: 1 } ? start.Year : start.Year + 1;
        return Array.ConvertAll(outputs, output => Of(output.Mineral, output.TonnesPerYear, year, project, report));
    }

    private static RefiningCoverage Of(string mineral, Tonnage planned, int year, ProjectNode project, ReportContext report)
    {
        var (atPartners, outside) = (default(Tonnage), default(Tonnage));
        foreach (var reservation in project.Reservations)
        {
            if (reservation.Mineral != mineral || !reservation.Holds(report.Day, year) || !report.FacilityCountries.TryGetValue(reservation.Facility, out var country))
                continue;
            if (report.Partnership.PartyOf(country) == report.Partnership.Outside)
                outside += reservation.TonnesPerYear;
            else
                atPartners += reservation.TonnesPerYear;
        }

        return new RefiningCoverage(mineral, year, planned, atPartners, outside);
    }
}
