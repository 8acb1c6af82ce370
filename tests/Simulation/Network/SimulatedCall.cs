using Grpc.Core;
using Mining.Platform.Commit;

namespace Mining.Simulation.Network;

/// <summary>A gRPC call as a service sees it.</summary>
internal sealed class SimulatedCall(string method, string caller) : ServerCallContext
{
    protected override string MethodCore => method;

    protected override string HostCore => "mesh";

    protected override string PeerCore => "simulation";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = new() { { Caller.MetadataKey, caller } };

    protected override CancellationToken CancellationTokenCore => CancellationToken.None;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("No call of the mesh is propagated.");

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
