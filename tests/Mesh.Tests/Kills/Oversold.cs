using System.Globalization;
using Google.Protobuf;
using Mining.Refining.V1;

namespace Mining.Mesh.Tests.Kills;

/// <summary>Checks by adding up refining's log, change by change, that no more was ever reserved than a facility can refine.</summary>
internal static class Oversold
{
    public static IEnumerable<string> In(IEnumerable<IMessage> states)
    {
        var capacities = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var reservations = new Dictionary<string, Dictionary<string, Reservation>>(StringComparer.Ordinal);
        var sequence = 0;
        foreach (var state in states)
        {
            sequence++;
            var facility = "";
            switch (state)
            {
                case Facility changed:
                    facility = changed.Name;
                    capacities[facility] = Tonnes(changed.Capacities.Single().TonnesPerYear);
                    break;
                case Reservation reservation:
                    facility = reservation.Facility;
                    if (!reservations.TryGetValue(facility, out var held))
                        reservations.Add(facility, held = new(StringComparer.Ordinal));
                    if (reservation.Released)
                        held.Remove(reservation.Name);
                    else
                        held[reservation.Name] = reservation;
                    break;
            }

            if (!reservations.TryGetValue(facility, out var all) || all.Count == 0)
                continue;
            foreach (var year in Enumerable.Range(2026, 8))
            {
                var sum = all.Values.Where(reservation => reservation.FromYear <= year && year <= reservation.ToYear).Sum(reservation => Tonnes(reservation.TonnesPerYear));
                if (sum > capacities[facility])
                    yield return $"refining {sequence}: {facility} has {capacities[facility]} tonnes a year, and {sum} are reserved in {year}";
            }
        }
    }

    private static decimal Tonnes(Google.Type.Decimal value) => decimal.Parse(value.Value, CultureInfo.InvariantCulture);
}
