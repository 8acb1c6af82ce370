using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>
/// Runs several commands about facilities and reservations. Each row succeeds or fails on its own. Errors: INVALID_ARGUMENT for no rows or
/// too many. Every other error is the result of its row.
/// </summary>
public sealed class BatchWrite(
    BatchWriter writer,
    CreateFacility createFacility,
    UpdateFacility updateFacility,
    ReserveCapacity reserveCapacity,
    ReleaseReservation releaseReservation)
{
    private readonly IReadOnlyList<BatchedCommand> commands =
    [
        BatchedCommand.Of<CreateFacilityRequest, Facility>(createFacility.Run),
        BatchedCommand.Of<UpdateFacilityRequest, Facility>(updateFacility.Run),
        BatchedCommand.Of<ReserveCapacityRequest, Reservation>(reserveCapacity.Begin),
        BatchedCommand.Of<ReleaseReservationRequest, Reservation>(releaseReservation.Run),
    ];

    public Task<BatchWriteResponse> Run(BatchWriteRequest request, Caller caller, CancellationToken cancellation) =>
        writer.Run(request.Rows, commands, caller, cancellation);
}
