using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Returns a reservation. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class GetReservation(ReservationStore store)
{
    public Task<Reservation> Run(GetReservationRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Reservations.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        return store.Read(name, cancellation);
    }
}
