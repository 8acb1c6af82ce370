using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Mining.Gateway.Api;
using Mining.Gateway.Features;
using Mining.Platform.Authentication;
using Mining.Platform.Bus;
using Mining.Platform.Hosting;

namespace Mining.Bench.Measurements;

/// <summary>
/// A gateway process, unchanged or without access control: an interceptor that checks nobody replaces <see cref="AccessInterceptor"/>, so
/// that its cost can be measured.
/// </summary>
internal static class OpenGateway
{
    public const string Verb = "gateway";

    /// <param name="isOpen">Whether access control is off.</param>
    public static Task<int> Run(bool isOpen) => MeshService.Run("gateway", [], async () =>
    {
        var builder = MeshService.CreateBuilder("gateway", [], HttpProtocols.Http1AndHttp2).AddDatabase();
        builder.Services.AddGateway(builder.Configuration).AddPortfolio();
        builder.Services.AddSingleton<IFeedReader, FeedReader>();
        if (isOpen)
            builder.Services.PostConfigure<GrpcServiceOptions>(AllowEverybody);
        var app = builder.Build();
        app.UseMesh();
        app.MapPortfolio();
        await app.ServeMesh();
    });

    private static void AllowEverybody(GrpcServiceOptions options)
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
