using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Mining.LocalMesh.Sidecar;

/// <summary>Demands the API token of every gRPC caller, if one is set.</summary>
internal sealed class TokenCheck(SidecarOptions options) : Interceptor
{
    public const string Header = "dapr-api-token";

    // Equal lengths whatever is sent, so that the comparison tells nothing of the token.
    private readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(options.DaprApiToken));

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (options.DaprApiToken.Length > 0)
        {
            var token = context.RequestHeaders.GetValue(Header) ?? throw DaprErrors.Unauthorized("missing api token in request metadata");
            if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), expected))
                throw DaprErrors.Unauthorized("authentication error: api token mismatch");
        }

        return continuation(request, context);
    }
}
