using Mining.Refining.Storage;

namespace Mining.Refining.Features;

/// <summary>What the refining service can do, and the stores that it needs.</summary>
public static class RefiningFeatures
{
    public static IServiceCollection AddRefining(this IServiceCollection services) => services
        .AddSingleton<FacilityStore>()
        .AddSingleton<ReservationStore>()
        .AddSingleton<CreateFacility>()
        .AddSingleton<GetFacility>()
        .AddSingleton<ListFacilities>()
        .AddSingleton<UpdateFacility>()
        .AddSingleton<ReserveCapacity>()
        .AddSingleton<ReleaseReservation>()
        .AddSingleton<GetReservation>()
        .AddSingleton<ListReservations>()
        .AddSingleton<GetAvailability>()
        .AddSingleton<BatchWrite>();
}
