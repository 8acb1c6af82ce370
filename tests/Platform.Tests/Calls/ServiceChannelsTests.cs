// At stake: with several replicas under one name, every replica gets calls, an unreachable one fails none, and a returning one is called
// again. Two loopback addresses stand for two replicas; the test resolves their name.
using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Calls;
using Mining.Platform.Authentication;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Calls;

public sealed class ServiceChannelsTests : IDisposable
{
    private const string First = "127.0.0.1";
    private const string Second = "127.0.0.2";

    private readonly int port = ServiceProcess.FreePort();
    private readonly List<IDisposable> used = [];

    [Fact]
    public async Task Calls_are_distributed_over_all_replicas()
    {
        await using var first = await Replica(First);
        await using var second = await Replica(Second);
        var projects = Projects(First, Second);
        await Eventually.True(async () => await Ask(projects) != await Ask(projects), TimeSpan.FromSeconds(20), () => "one replica gets all calls");
    }

    [Fact]
    public async Task An_unreachable_replica_is_skipped()
    {
        await using var second = await Replica(Second);
        var projects = Projects(First, Second);
        for (var i = 0; i < 4; i++)
            Assert.Equal(Second, await Ask(projects));
    }

    [Fact]
    public async Task A_service_is_called_again_soon_after_its_return()
    {
        var projects = Projects(First);
        for (var i = 0; i < 8; i++)
            await Assert.ThrowsAsync<RpcException>(() => Ask(projects));
        await using var first = await Replica(First);
        var begin = TimeProvider.System.GetTimestamp();
        await Eventually.True(
            async () =>
            {
                try
                {
                    return await Ask(projects) == First;
                }
                catch (RpcException away) when (away.StatusCode == StatusCode.Unavailable)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(20),
            () => "the service is not called again");
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, 25 * ServiceChannels.MaxReconnectBackoff);
    }

    [Fact]
    public async Task The_system_resolver_handles_names_and_addresses()
    {
        await using var first = await Replica(First);
        foreach (var host in (string[])["localhost", First])
            Assert.Equal(First, await Ask(Projects(new DnsResolverFactory(ServiceChannels.ResolveInterval), host)));
    }

    public void Dispose() => used.ForEach(one => one.Dispose());

    private ProjectService.ProjectServiceClient Projects(params string[] addresses) => Projects(new FixedAddresses(addresses, port), "replicas");

    private ProjectService.ProjectServiceClient Projects(ResolverFactory resolver, string host)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Mesh:Services:projects", string.Create(null, $"http://{host}:{port}"))])
            .Build();
        var services = new ServiceCollection().AddSingleton(resolver).BuildServiceProvider();
        var channels = new ServiceChannels(
            configuration, new ServiceToken(null, TimeProvider.System), new TlsFiles(configuration, TimeProvider.System, NullLogger<TlsFiles>.Instance), services);
        used.AddRange([channels, services]);
        return new(channels.To("projects"));
    }

    private static async Task<string> Ask(ProjectService.ProjectServiceClient projects) => (await projects.GetProjectAsync(new())).DisplayName;

    private Task<WebApplication> Replica(string address) => GrpcServer.Start(
        port, services => services.AddSingleton(new Named(address)), app => app.MapGrpcService<Named>(), IPAddress.Parse(address));

    private sealed class Named(string name) : ProjectService.ProjectServiceBase
    {
        public override Task<Project> GetProject(GetProjectRequest request, ServerCallContext context) => Task.FromResult(new Project { DisplayName = name });
    }

    private sealed class FixedAddresses(string[] addresses, int port) : ResolverFactory
    {
        public override string Name => "dns";

        public override Resolver Create(ResolverOptions options) => new Fixed([.. addresses.Select(address => new BalancerAddress(address, port))]);

        private sealed class Fixed(IReadOnlyList<BalancerAddress> addresses) : Resolver
        {
            public override void Start(Action<ResolverResult> listener) => listener(ResolverResult.ForResult(addresses));
        }
    }
}
