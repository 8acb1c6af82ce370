using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>Sends any bytes to any method.</summary>
internal sealed class RawCaller(GrpcChannel channel)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>Makes the call; for a stream, waits for the first answer only.</summary>
    public async Task<Attempt> Call(MethodDescriptor method, string label, byte[] request)
    {
        var invoker = channel.CreateCallInvoker();
        var raw = new Method<byte[], byte[]>(
            method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary, method.Service.FullName, method.Name, Bytes, Bytes);
        using var enough = new CancellationTokenSource();
        var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Timeout, cancellationToken: enough.Token);
        try
        {
            byte[]? answer = null;
            if (method.IsServerStreaming)
            {
                using var stream = invoker.AsyncServerStreamingCall(raw, null, options, request);
                if (await stream.ResponseStream.MoveNext(enough.Token))
                    answer = stream.ResponseStream.Current;
                await enough.CancelAsync();
            }
            else
            {
                using var call = invoker.AsyncUnaryCall(raw, null, options, request);
                answer = await call.ResponseAsync;
            }

            return new(method, label, request, StatusCode.OK, "", [], answer is null ? null : method.OutputType.Parser.ParseFrom(answer));
        }
        catch (RpcException refusal)
        {
            return new(method, label, request, refusal.StatusCode, refusal.Status.Detail, refusal.Trailers, null);
        }
    }
}
