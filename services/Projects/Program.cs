// The projects service: owns projects, milestones and permits.
using Mining.Platform.Hosting;
using Mining.Projects.Api;
using Mining.Projects.Features;
using Mining.Projects.Storage;

var builder = MeshService.CreateBuilder("projects", args).AddChangeLog();
builder.Services
    .AddSingleton<ProjectStore>()
    .AddSingleton<CreateProject>()
    .AddSingleton<GetProject>()
    .AddSingleton<ListProjects>()
    .AddSingleton<UpdateProject>()
    .AddSingleton<ChangeStage>()
    .AddSingleton<RecordMilestone>()
    .AddSingleton<RecordPermit>()
    .AddSingleton<ListRevisions>();

var app = builder.Build();
app.UseMesh();
app.MapGrpcService<ProjectGrpcService>();
app.MapGrpcReflectionService();
await app.RunMesh();
