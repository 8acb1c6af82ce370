using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Mining.Gateway.Api;
using Mining.Gateway.Features;
using Mining.Platform.Bus;
using Mining.Platform.Hosting;
using Mining.Platform.Identity;

namespace Mining.Bench.Measurements;

/// <summary>
/// The gateway as a process of its own, as it is, or with the one part left out whose cost is to be known: an interceptor stands in for
/// <see cref="AccessInterceptor"/> that asks nobody who calls.
/// </summary>
internal static class OpenGateway
{
    public const string Verb = "gateway";

    /// <param name="isOpen">Whether everybody is let in.</param>
    public static Task<int> Run(bool isOpen) => MeshService.Run("gateway", [], async () =>
    {
        var builder = MeshService.CreateBuilder("gateway", [], HttpProtocols.Http1AndHttp2).AddDatabase();
        builder.Services.AddGateway(builder.Configuration).AddPortfolio();
        builder.Services.AddSingleton<IFeedReader, FeedReader>();
        if (isOpen)
            builder.Services.PostConfigure<GrpcServiceOptions>(LetEverybodyIn);
        var app = builder.Build();
        app.UseMesh();
        app.MapPortfolio();
        await app.ServeMesh();
    });

    private static void LetEverybodyIn(GrpcServiceOptions options)
    {
        var guarded = options.Interceptors.Single(interceptor => interceptor.Type == typeof(AccessInterceptor));
        options.Interceptors.Remove(guarded);
        options.Interceptors.Add<OpenInterceptor>();
    }

    private sealed class OpenInterceptor : Interceptor
    {
        private static readonly Caller Anybody = new("anybody");

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Anybody.Enter(context);
            return continuation(request, context);
        }
    }
}
