using Google.Protobuf;
using Grpc.Core;
using Mining.Platform.Calls;
using Mining.Simulation.Nodes;

namespace Mining.Simulation.Network;

/// <summary>Calls between services: unary only, like the services' own, over a network that may lose them.</summary>
internal sealed class SimulatedCalls(SimulatedNetwork network, IReadOnlyDictionary<string, Node> nodes, string caller) : IServiceCalls
{
    public CallInvoker To(string service) => new Invoker(network, nodes[service], caller);

    private sealed class Invoker(SimulatedNetwork network, Node node, string caller) : CallInvoker
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            async Task<TResponse> Call() => (TResponse)(object)await network.Call(node, caller, (IMessage)request);
            return new(Call(), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException("Services never block a thread on a call.");

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException("Consumers read feeds with their own reader.");

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException("No service streams to another.");

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) =>
            throw new NotSupportedException("No service streams to another.");
    }
}
