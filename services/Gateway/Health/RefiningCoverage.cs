using Mining.Gateway.Facts;
using Mining.Platform.Numbers;

namespace Mining.Gateway.Health;

/// <summary>How the planned output of one mineral is covered by reservations in the first full year of production.</summary>
internal sealed record RefiningCoverage(string Mineral, int Year, Tonnage Planned, Tonnage ReservedAtPartners, Tonnage ReservedOutside)
{
    /// <summary>
    /// One for each mineral with a known output, ordered by it; none where the first production is not known. A reservation at a
    /// facility that is not known yet is left out, as nobody can say where it lies.
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
