using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Refining.Domain;
using Wire = Mining.Refining.V1;

namespace Mining.Refining.Api;

/// <summary>Reads a reservation from the wire. Errors go to the violations; the parts with business rules go to the domain.</summary>
public static class ReservationReader
{
    /// <summary>Validates the fields that a caller may set.</summary>
    public static void Check(Wire.Reservation reservation, string path, Violations violations)
    {
        ResourceNames.Facilities.ReadName($"{path}.facility", reservation.Facility, violations);
        ResourceNames.Projects.ReadName($"{path}.project", reservation.Project, violations);
        violations.CheckMineral($"{path}.mineral", reservation.Mineral);
        violations.CheckText($"{path}.product", reservation.Product, FacilityReader.MaxProductLength);
        violations.ReadTonnage($"{path}.tonnes_per_year", reservation.TonnesPerYear, positive: true);
        violations.CheckYear($"{path}.from_year", reservation.FromYear);
        violations.CheckLastYear($"{path}.to_year", reservation.FromYear, reservation.ToYear);
        violations.ReadDate($"{path}.reservation_date", reservation.ReservationDate);
    }

    /// <summary>Checks the last year of a range: not before the first, and not too many years.</summary>
    public static void CheckLastYear(this Violations violations, string field, int from, int to)
    {
        violations.CheckYear(field, to);
        if (to < from)
            violations.Add(field, $"is {to}; it must not be before from_year, {from}.");
        else if ((long)to - from >= CapacityPlan.MaxYears)
            violations.Add(field, $"is {to}; from_year, {from}, allows at most {CapacityPlan.MaxYears} years.");
    }

    /// <summary>The claim of a validated reservation.</summary>
    public static Claim ToClaim(Wire.Reservation reservation) => new(
        new ProductLine(reservation.Mineral, reservation.Product),
        Tonnage.TryRead(reservation.TonnesPerYear, out var tonnes, out var problem) ? tonnes : throw new InvalidOperationException(problem),
        reservation.FromYear,
        reservation.ToYear);

    /// <summary>Reads a stored date.</summary>
    public static PartialDate? ToDate(Google.Type.Date? date) => date is not null && PartialDate.TryRead(date, out var value, out _) ? value : null;
}
