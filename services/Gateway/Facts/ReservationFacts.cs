using Google.Protobuf;
using Mining.Primitives.Numbers;
using Mining.Refining.V1;

namespace Mining.Gateway.Facts;

/// <summary>The fields of a reservation that figures need.</summary>
internal sealed record ReservationFacts(
    string Name, long Version, ByteString State, string Facility, string Mineral, Tonnage TonnesPerYear,
    int FromYear, int ToYear, int HoldsFrom, int ReleasedFrom)
{
    /// <summary>Whether the reservation is in effect on a day for a year.</summary>
    public bool Holds(int day, int year) => HoldsFrom <= day && day < ReleasedFrom && FromYear <= year && year <= ToYear;

    public static ReservationFacts Read(Reservation reservation, ByteString state, long version)
    {
        if (!Tonnage.TryRead(reservation.TonnesPerYear, out var tonnes, out var problem))
            throw new InvalidDataException(problem);
        return new ReservationFacts(
            reservation.Name, version, state, reservation.Facility, reservation.Mineral, tonnes,
            reservation.FromYear, reservation.ToYear, Day.Of(reservation.ReservationDate),
            reservation.Released ? Day.Of(reservation.ReleaseDate) : Day.Never);
    }
}
