using Google.Protobuf;
using Grpc.Core;
using Mining.Platform.Authentication;

namespace Mining.Platform.Features;

/// <summary>What a service can do: one method of its API.</summary>
public abstract class Feature;

/// <summary>A feature with its request and response.</summary>
public abstract class Feature<TRequest, TResponse> : Feature
    where TRequest : IMessage<TRequest>
{
    /// <summary>Runs the feature for a gRPC call.</summary>
    public Task<TResponse> Run(TRequest request, ServerCallContext call) => Run(request, Caller.From(call), call.CancellationToken);

    /// <summary>Runs the feature.</summary>
    public abstract Task<TResponse> Run(TRequest request, Caller caller, CancellationToken cancellation);
}
