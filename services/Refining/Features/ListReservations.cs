using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Primitives.Names;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Lists reservations by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListReservations(ReservationStore store, PageTokens tokens)
{
    public async Task<ListReservationsResponse> Run(ListReservationsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        ResourceNames.Facilities.ReadName("facility", request.Facility, violations, required: false);
        ResourceNames.Projects.ReadName("project", request.Project, violations, required: false);
        violations.ThrowIfAny();

        var reservations = await store.List(request, position is [var name] ? name : "", pageSize + 1, cancellation);
        var answer = new ListReservationsResponse { Reservations = { reservations.Take(pageSize) } };
        if (reservations.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, reservations[pageSize - 1].Name);
        return answer;
    }
}
