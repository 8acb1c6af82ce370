using Grpc.Core;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;
using Mining.Platform.Features;
using Mining.Refining.Features;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Api;

/// <summary>The API of refining. One line per method.</summary>
public sealed class RefiningGrpcService(
    FeatureCatalogue features, BatchWriter batches, FacilityStore facilities, ReservationStore reservations)
    : RefiningService.RefiningServiceBase
{
    public override Task<Facility> CreateFacility(CreateFacilityRequest request, ServerCallContext call) =>
        features.Get<CreateFacility>().Run(request, call);

    public override Task<Facility> GetFacility(GetFacilityRequest request, ServerCallContext call) =>
        facilities.Get(request.Name, call.CancellationToken);

    public override Task<ListFacilitiesResponse> ListFacilities(ListFacilitiesRequest request, ServerCallContext call) =>
        features.Get<ListFacilities>().Run(request, call);

    public override Task<Facility> UpdateFacility(UpdateFacilityRequest request, ServerCallContext call) =>
        features.Get<UpdateFacility>().Run(request, call);

    public override Task<Reservation> ReserveCapacity(ReserveCapacityRequest request, ServerCallContext call) =>
        features.Get<ReserveCapacity>().Run(request, call);

    public override Task<Reservation> ReleaseReservation(ReleaseReservationRequest request, ServerCallContext call) =>
        features.Get<ReleaseReservation>().Run(request, call);

    public override Task<Reservation> GetReservation(GetReservationRequest request, ServerCallContext call) =>
        reservations.Get(request.Name, call.CancellationToken);

    public override Task<ListReservationsResponse> ListReservations(ListReservationsRequest request, ServerCallContext call) =>
        features.Get<ListReservations>().Run(request, call);

    public override Task<GetAvailabilityResponse> GetAvailability(GetAvailabilityRequest request, ServerCallContext call) =>
        features.Get<GetAvailability>().Run(request, call);

    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext call) =>
        batches.Run(request.Rows, features, Caller.From(call), call.CancellationToken);
}
