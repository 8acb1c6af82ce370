using Grpc.Core;
using Mining.Platform.Authentication;
using Mining.Simulation.Model;

namespace Mining.Simulation.Network;

/// <summary>A gRPC call as a service sees it.</summary>
internal sealed class SimulatedCall(string method, string caller) : ServerCallContext
{
    protected override string MethodCore => method;

    protected override string HostCore => "mesh";

    protected override string PeerCore => "simulation";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    /// <summary>Access is tested elsewhere: here every caller acts for all sides.</summary>
    protected override IDictionary<object, object> UserStateCore { get; } = new Dictionary<object, object>
    {
        [typeof(Caller)] = new Caller(caller) { Sides = MeshModel.CallerSides, Roles = Roles.Officer | Roles.Operator },
    };

    protected override CancellationToken CancellationTokenCore => CancellationToken.None;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("The mesh propagates no calls.");

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
