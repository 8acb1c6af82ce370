using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>
/// Runs several commands about projects. Each row succeeds or fails on its own. Errors: INVALID_ARGUMENT for no rows or too many. Every
/// other error is the result of its row.
/// </summary>
public sealed class BatchWrite(
    BatchWriter writer,
    CreateProject createProject,
    UpdateProject updateProject,
    ChangeStage changeStage,
    RecordMilestone recordMilestone,
    RecordPermit recordPermit)
{
    private readonly IReadOnlyList<BatchedCommand> commands =
    [
        BatchedCommand.Of<CreateProjectRequest, Project>(createProject.Run),
        BatchedCommand.Of<UpdateProjectRequest, Project>(updateProject.Run),
        BatchedCommand.Of<ChangeStageRequest, Project>(changeStage.Run),
        BatchedCommand.Of<RecordMilestoneRequest, Project>(recordMilestone.Run),
        BatchedCommand.Of<RecordPermitRequest, Project>(recordPermit.Run),
    ];

    public Task<BatchWriteResponse> Run(BatchWriteRequest request, Caller caller, CancellationToken cancellation) =>
        writer.Run(request.Rows, commands, caller, cancellation);
}
