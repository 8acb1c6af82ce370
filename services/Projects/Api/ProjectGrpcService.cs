using Grpc.Core;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;
using Mining.Platform.Features;
using Mining.Primitives.Catalogues;
using Mining.Projects.Features;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Api;

/// <summary>The API of projects. One line per method.</summary>
public sealed class ProjectGrpcService(FeatureCatalogue features, BatchWriter batches, ProjectStore projects)
    : ProjectService.ProjectServiceBase
{
    public override Task<Project> CreateProject(CreateProjectRequest request, ServerCallContext call) =>
        features.Get<CreateProject>().Run(request, call);

    public override Task<Project> GetProject(GetProjectRequest request, ServerCallContext call) =>
        projects.Get(request.Name, call.CancellationToken);

    public override Task<ListProjectsResponse> ListProjects(ListProjectsRequest request, ServerCallContext call) =>
        features.Get<ListProjects>().Run(request, call);

    public override Task<Project> UpdateProject(UpdateProjectRequest request, ServerCallContext call) =>
        features.Get<UpdateProject>().Run(request, call);

    public override Task<Project> ChangeStage(ChangeStageRequest request, ServerCallContext call) =>
        features.Get<ChangeStage>().Run(request, call);

    public override Task<Project> RecordMilestone(RecordMilestoneRequest request, ServerCallContext call) =>
        features.Get<RecordMilestone>().Run(request, call);

    public override Task<Project> RecordPermit(RecordPermitRequest request, ServerCallContext call) =>
        features.Get<RecordPermit>().Run(request, call);

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext call) =>
        features.Get<ListRevisions>().Run(request, call);

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
        batches.Run(request.Rows, features, Caller.From(call), call.CancellationToken);
}
