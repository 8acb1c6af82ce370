using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mining.Cli.Tests.Fakes;

/// <summary>
/// A gateway in this process: real gRPC over a loopback port, with the generated server bases and a mesh in memory behind them.
/// </summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly GrpcChannel channel;

    private FakeGateway(WebApplication app)
    {
        this.app = app;
        Address = app.Urls.Single();
        channel = GrpcChannel.ForAddress(Address);
        Invoker = channel.CreateCallInvoker();
    }

    public string Address { get; }

    public CallInvoker Invoker { get; }

    public FakeMesh Mesh => app.Services.GetRequiredService<FakeMesh>();

    public FakePortfolioService Portfolio => app.Services.GetRequiredService<FakePortfolioService>();

    public FakeInvestorService Investors => app.Services.GetRequiredService<FakeInvestorService>();

    public FakeChangeFeedService Changes => app.Services.GetRequiredService<FakeChangeFeedService>();

    public static async Task<FakeGateway> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<FakeMesh>();
        builder.Services.AddSingleton<FakeProjectService>();
        builder.Services.AddSingleton<FakeInvestorService>();
        builder.Services.AddSingleton<FakeRefiningService>();
        builder.Services.AddSingleton<FakePortfolioService>();
        builder.Services.AddSingleton<FakeChangeFeedService>();
        var app = builder.Build();
        app.MapGrpcService<FakeProjectService>();
        app.MapGrpcService<FakeInvestorService>();
        app.MapGrpcService<FakeRefiningService>();
        app.MapGrpcService<FakePortfolioService>();
        app.MapGrpcService<FakeChangeFeedService>();
        await app.StartAsync();
        return new FakeGateway(app);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
    }
}
