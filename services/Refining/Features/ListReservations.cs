using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;
using Mining.Primitives.Names;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Lists reservations by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListReservations(ReservationStore store, PageTokens tokens)
    : ListFeature<ListReservationsRequest, ListReservationsResponse, Reservation>(tokens)
{
    protected override void Validate(ListReservationsRequest request, Violations violations)
    {
        ResourceNames.Facilities.ReadName("facility", request.Facility, violations, required: false);
        ResourceNames.Projects.ReadName("project", request.Project, violations, required: false);
    }

    protected override Task<IReadOnlyList<Reservation>> Read(
        ListReservationsRequest request, Caller caller, string after, int limit, CancellationToken cancellation) =>
        store.List(request, after, limit, cancellation);

    protected override ListReservationsResponse Respond(IEnumerable<Reservation> page, string nextPageToken) =>
        new() { Reservations = { page }, NextPageToken = nextPageToken };
}
