using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mining.Testing;

namespace Mining.Cli.Tests.Fakes;

/// <summary>
/// An in-process gateway: real gRPC over a loopback port, with the generated server bases and a mesh in memory behind them.
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

    public FakeAuditService Audit => app.Services.GetRequiredService<FakeAuditService>();

    public static async Task<FakeGateway> Start() => new(await GrpcServer.Start(
        port: 0,
        services => services
            .AddSingleton<FakeMesh>()
            .AddSingleton<FakeProjectService>()
            .AddSingleton<FakeInvestorService>()
            .AddSingleton<FakeRefiningService>()
            .AddSingleton<FakePortfolioService>()
            .AddSingleton<FakeChangeFeedService>()
            .AddSingleton<FakeAuditService>(),
        server =>
        {
            server.MapGrpcService<FakeProjectService>();
            server.MapGrpcService<FakeInvestorService>();
            server.MapGrpcService<FakeRefiningService>();
            server.MapGrpcService<FakePortfolioService>();
            server.MapGrpcService<FakeChangeFeedService>();
            server.MapGrpcService<FakeAuditService>();
        }));

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
    }
}
