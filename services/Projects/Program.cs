// The projects service: owns projects, milestones and permits.
using Mining.Platform.Hosting;
using Mining.Projects.Api;
using Mining.Projects.Features;
using Mining.Proposals;

const string service = "projects";
return await MeshService.Run(service, args, async () =>
{
    var builder = MeshService.CreateBuilder(service, args).AddChangeLog();
    builder.Services.AddProjects();

    var app = builder.Build();
    app.UseMesh();
    app.MapGrpcService<ProjectGrpcService>();
    app.MapGrpcService<ProposalGrpcService>();
    app.MapGrpcReflectionService();
    await app.RunMesh();
});
