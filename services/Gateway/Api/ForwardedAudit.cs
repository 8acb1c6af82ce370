using Grpc.Core;
using Mining.Changes.V1;
using Mining.Platform.Calls;
using static Mining.Changes.V1.AuditService;

namespace Mining.Gateway.Api;

/// <summary>The audit trails of all services. A call is forwarded to the service named by its <c>source</c>.</summary>
public sealed class ForwardedAudit(IServiceCalls services) : AuditServiceBase
{
    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context) =>
        await To(request.Source).ListAuditEntriesAsync(request, context.Onward());

    public override async Task<ListCheckpointsResponse> ListCheckpoints(ListCheckpointsRequest request, ServerCallContext context) =>
        await To(request.Source).ListCheckpointsAsync(request, context.Onward());

    private AuditServiceClient To(string source) => new(services.ToSource(source));
}
