using Google.Protobuf;
using Grpc.Core;

namespace Mining.Bench.Data;

/// <summary>Methods whose messages stay bytes, so that a client's decoding does not count as the server's cost, and vice versa.</summary>
internal static class Raw
{
    public static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    public static Method<byte[], byte[]> Unary(string method) => Of<byte[]>(MethodType.Unary, method, Bytes);

    public static Method<byte[], byte[]> Stream(string method) => Of<byte[]>(MethodType.ServerStreaming, method, Bytes);

    public static Method<TRequest, byte[]> StreamOfBytes<TRequest>(string service, string name, MessageParser<TRequest> parser)
        where TRequest : IMessage<TRequest> => new(MethodType.ServerStreaming, service, name, Requests(parser), Bytes);

    public static Method<TRequest, byte[]> UnaryOfBytes<TRequest>(string service, string name, MessageParser<TRequest> parser)
        where TRequest : IMessage<TRequest> => new(MethodType.Unary, service, name, Requests(parser), Bytes);

    private static Marshaller<TRequest> Requests<TRequest>(MessageParser<TRequest> parser)
        where TRequest : IMessage<TRequest> => Marshallers.Create(request => request.ToByteArray(), parser.ParseFrom);

    /// <param name="type">Unary or streaming.</param>
    /// <param name="method">Service and method name, joined by a slash.</param>
    /// <param name="requests">How to write requests.</param>
    private static Method<TRequest, byte[]> Of<TRequest>(MethodType type, string method, Marshaller<TRequest> requests) =>
        new(type, method[..method.IndexOf('/', StringComparison.Ordinal)], method[(method.IndexOf('/', StringComparison.Ordinal) + 1)..], requests, Bytes);
}
