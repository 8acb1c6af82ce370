using Grpc.Core;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Refining.Features;
using Mining.Refining.V1;

namespace Mining.Refining.Api;

/// <summary>The API of refining. One line per method.</summary>
public sealed class RefiningGrpcService(
    CreateFacility createFacility,
    GetFacility getFacility,
    ListFacilities listFacilities,
    UpdateFacility updateFacility,
    ReserveCapacity reserveCapacity,
    ReleaseReservation releaseReservation,
    GetReservation getReservation,
    ListReservations listReservations,
    GetAvailability getAvailability,
    BatchWrite batchWrite) : RefiningService.RefiningServiceBase
{
    public override Task<Facility> CreateFacility(CreateFacilityRequest request, ServerCallContext call) =>
        createFacility.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Facility> GetFacility(GetFacilityRequest request, ServerCallContext call) =>
        getFacility.Run(request, call.CancellationToken);

    public override Task<ListFacilitiesResponse> ListFacilities(ListFacilitiesRequest request, ServerCallContext call) =>
        listFacilities.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Facility> UpdateFacility(UpdateFacilityRequest request, ServerCallContext call) =>
        updateFacility.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Reservation> ReserveCapacity(ReserveCapacityRequest request, ServerCallContext call) =>
        reserveCapacity.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Reservation> ReleaseReservation(ReleaseReservationRequest request, ServerCallContext call) =>
        releaseReservation.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Reservation> GetReservation(GetReservationRequest request, ServerCallContext call) =>
        getReservation.Run(request, call.CancellationToken);

    public override Task<ListReservationsResponse> ListReservations(ListReservationsRequest request, ServerCallContext call) =>
        listReservations.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<GetAvailabilityResponse> GetAvailability(GetAvailabilityRequest request, ServerCallContext call) =>
        getAvailability.Run(request, call.CancellationToken);

    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext call) =>
        batchWrite.Run(request, Caller.From(call), call.CancellationToken);
}
