using Grpc.Core;
using Mining.Changes.V1;

namespace Mining.Cli.Tests.Fakes;

/// <summary>Returns the answers set by a test and records the requests.</summary>
internal sealed class FakeAuditService : AuditService.AuditServiceBase
{
    public List<ListAuditEntriesRequest> Requests { get; } = [];

    public Func<ListAuditEntriesRequest, ListAuditEntriesResponse> Entries { get; set; } = _ => new();

    public override Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        Requests.Add(request);
        return Task.FromResult(Entries(request));
    }

    public Func<ListCheckpointsRequest, ListCheckpointsResponse> Checkpoints { get; set; } = _ => new();

    public override Task<ListCheckpointsResponse> ListCheckpoints(ListCheckpointsRequest request, ServerCallContext context) =>
        Task.FromResult(Checkpoints(request));
}
