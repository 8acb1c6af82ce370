using Mining.Refining.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>The capacity of a facility in a year, and the reserved part of it.</summary>
internal static class CapacityRules
{
    public static bool AreTonnesOrAbsent(Google.Type.Decimal? tonnes) =>
        tonnes is null || (Amounts.HasMaxDecimals(3, tonnes) && tonnes.Value() is >= 0 and <= 1_000_000_000);

    /// <summary>
    /// The tonnes of a year: an entry applies until the next one of the same mineral and product; before the first one the capacity is
    /// zero. Null: unknown.
    /// </summary>
    public static decimal? Capacity(Facility facility, string mineral, string product, int year)
    {
        var entry = facility.Capacities
            .Where(capacity => capacity.Mineral == mineral && capacity.Product == product && capacity.FromYear <= year)
            .MaxBy(capacity => capacity.FromYear);
        return entry is null ? 0 : entry.TonnesPerYear?.Value();
    }

    public static decimal Reserved(IEnumerable<Reservation> reservations, string facility, string mineral, string product, int year) =>
        reservations
            .Where(reservation => reservation.Facility == facility && reservation.Mineral == mineral && reservation.Product == product)
            .Where(reservation => !reservation.Released && reservation.FromYear <= year && year <= reservation.ToYear)
            .Sum(reservation => reservation.TonnesPerYear.Value());

    /// <summary>True if each year's capacity is known and covers its reservations.</summary>
    public static bool CoversReservations(Facility facility, IReadOnlyCollection<Reservation> reservations)
    {
        foreach (var reservation in reservations.Where(reservation => reservation.Facility == facility.Name && !reservation.Released))
        {
            for (var year = reservation.FromYear; year <= reservation.ToYear; year++)
            {
                var capacity = Capacity(facility, reservation.Mineral, reservation.Product, year);
                if (capacity is null || capacity < Reserved(reservations, facility.Name, reservation.Mineral, reservation.Product, year))
                    return false;
            }
        }

        return true;
    }
}
