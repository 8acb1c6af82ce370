using Grpc.Core;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Primitives.Catalogues;
using Mining.Projects.Features;
using Mining.Projects.V1;

namespace Mining.Projects.Api;

/// <summary>The API of projects. One line per method.</summary>
public sealed class ProjectGrpcService(
    CreateProject createProject,
    GetProject getProject,
    ListProjects listProjects,
    UpdateProject updateProject,
    ChangeStage changeStage,
    RecordMilestone recordMilestone,
    RecordPermit recordPermit,
    ListRevisions listRevisions,
    BatchWrite batchWrite) : ProjectService.ProjectServiceBase
{
    public override Task<Project> CreateProject(CreateProjectRequest request, ServerCallContext call) =>
        createProject.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Project> GetProject(GetProjectRequest request, ServerCallContext call) =>
        getProject.Run(request, call.CancellationToken);

    public override Task<ListProjectsResponse> ListProjects(ListProjectsRequest request, ServerCallContext call) =>
        listProjects.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Project> UpdateProject(UpdateProjectRequest request, ServerCallContext call) =>
        updateProject.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Project> ChangeStage(ChangeStageRequest request, ServerCallContext call) =>
        changeStage.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Project> RecordMilestone(RecordMilestoneRequest request, ServerCallContext call) =>
        recordMilestone.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Project> RecordPermit(RecordPermitRequest request, ServerCallContext call) =>
        recordPermit.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext call) =>
        listRevisions.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<ListMineralsResponse> ListMinerals(ListMineralsRequest request, ServerCallContext call) =>
        Task.FromResult(new ListMineralsResponse
        {
            Minerals =
            {
                Minerals.All.Select(mineral => new V1.Mineral
                {
                    MineralId = mineral.Id,
                    DisplayName = mineral.DisplayName,
                    Aliases = { mineral.Aliases },
                    EuCritical = mineral.IsEuCritical,
                    EuStrategic = mineral.IsEuStrategic,
                    UsgsCritical = mineral.IsUsgsCritical,
                }),
            },
        });

    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext call) =>
        batchWrite.Run(request, Caller.From(call), call.CancellationToken);
}
