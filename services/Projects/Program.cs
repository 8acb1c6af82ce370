// The projects service: owns projects, milestones and permits.
using Mining.Platform.Hosting;
using Mining.Projects.Api;
using Mining.Projects.Features;

var builder = MeshService.CreateBuilder("projects", args).AddChangeLog();
builder.Services.AddProjects();

var app = builder.Build();
app.UseMesh();
app.MapGrpcService<ProjectGrpcService>();
app.MapGrpcReflectionService();
await app.RunMesh();
