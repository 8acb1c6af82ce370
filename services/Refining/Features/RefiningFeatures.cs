using Mining.Platform.Features;
using Mining.Refining.Storage;

namespace Mining.Refining.Features;

/// <summary>What the refining service can do, each feature once, and the stores that it needs.</summary>
public static class RefiningFeatures
{
    public static IServiceCollection AddRefining(this IServiceCollection services) => services
        .AddSingleton<FacilityStore>()
        .AddSingleton<ReservationStore>()
        .AddFeature<CreateFacility>()
        .AddFeature<ListFacilities>()
        .AddFeature<UpdateFacility>()
        .AddFeature<ReserveCapacity>()
        .AddFeature<ReleaseReservation>()
        .AddFeature<ListReservations>()
        .AddFeature<GetAvailability>();
}
