// The refining service: owns facilities, capacity and reservations.
using Mining.Platform.Bus;
using Mining.Platform.Hosting;
using Mining.Refining.Api;
using Mining.Refining.Features;

var builder = MeshService.CreateBuilder("refining", args).AddChangeLog().AddSubscriber<KnownProjects>();
builder.Services.AddRefining();

var app = builder.Build();
app.UseMesh();
app.MapGrpcService<RefiningGrpcService>();
app.MapGrpcReflectionService();
await app.RunMesh();
