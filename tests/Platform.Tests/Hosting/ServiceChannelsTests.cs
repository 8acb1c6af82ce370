// At stake: with several replicas under one name every one gets calls, one that is gone costs none, and one that is back is called again.
// Two loopback addresses stand for two replicas; their name is resolved by the test.
using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Hosting;
using Mining.Platform.Identity;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Hosting;

public sealed class ServiceChannelsTests : IDisposable
{
    private const string First = "127.0.0.1";
    private const string Second = "127.0.0.2";

    private readonly int port = ServiceProcess.FreePort();
    private readonly List<IDisposable> used = [];

    [Fact]
    public async Task Each_replica_gets_its_part()
    {
        await using var first = await Replica(First);
        await using var second = await Replica(Second);
        var projects = Projects(First, Second);
        await Eventually.True(async () => await Ask(projects) != await Ask(projects), TimeSpan.FromSeconds(20), () => "one replica gets all calls");
    }

    [Fact]
    public async Task A_replica_that_is_gone_is_passed_over()
    {
        await using var second = await Replica(Second);
        var projects = Projects(First, Second);
        for (var i = 0; i < 4; i++)
            Assert.Equal(Second, await Ask(projects));
    }

    [Fact]
    public async Task A_service_that_was_away_is_called_soon_after_it_is_back()
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
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, 5 * ServiceChannels.MaxReconnectBackoff);
    }

    [Fact]
    public async Task The_resolver_of_the_system_finds_a_name_and_an_address()
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
