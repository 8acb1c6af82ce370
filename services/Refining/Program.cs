// The refining service: owns facilities, capacity and reservations.
using Mining.Platform.Bus;
using Mining.Platform.Hosting;
using Mining.Refining.Api;
using Mining.Refining.Features;
using Mining.Refining.Storage;

var builder = MeshService.CreateBuilder("refining", args).AddChangeLog().AddSubscriber<KnownProjects>();
builder.Services
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
    .AddSingleton<GetAvailability>();

var app = builder.Build();
app.UseMesh();
app.MapGrpcService<RefiningGrpcService>();
app.MapGrpcReflectionService();
await app.RunMesh();
