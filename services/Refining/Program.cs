// The refining service: owns facilities, capacity and reservations.
using Mining.Platform.Hosting;
using Mining.Refining.Api;
using Mining.Refining.Features;

const string service = "refining";
return await MeshService.Run(service, args, async () =>
{
    var builder = MeshService.CreateBuilder(service, args).AddChangeLog().AddKnownProjects();
    builder.Services.AddRefining();

    var app = builder.Build();
    app.UseMesh();
    app.MapGrpcService<RefiningGrpcService>();
    app.MapGrpcReflectionService();
    await app.RunMesh();
});
