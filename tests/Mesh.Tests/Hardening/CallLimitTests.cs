// At stake: one caller that floods a service, by mistake or on purpose, must not slow down the others. On a real process.
using Grpc.Core;
using Mining.LocalMesh.Identity;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hardening;

public sealed class CallLimitTests
{
    private static readonly Persona Flooder = TestIssuer.Developer with { Name = "flooder" };

    [Fact]
    public async Task A_caller_over_its_rate_is_told_when_to_retry_and_other_callers_are_served()
    {
        await using var projects = new ServiceProcess("projects", new Dictionary<string, string> { ["Mesh__Limits__CallsPerSecond"] = "10" });
        await projects.Start();
        using var flood = TestIssuer.Channel(projects.Address, Flooder);
        var client = new ProjectService.ProjectServiceClient(flood);
        var reasons = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            try
            {
                await client.ListMineralsAsync(new());
                return null;
            }
            catch (RpcException refused)
            {
                Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
                return refused.GetRpcStatus();
            }
        }));
        var refusals = reasons.OfType<Google.Rpc.Status>().ToList();
        Assert.NotEmpty(refusals);
        Assert.Contains(reasons, reason => reason is null);
        Assert.All(refusals, status =>
        {
            Assert.Equal("TOO_MANY_CALLS", status.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
            Assert.InRange(status.GetDetail<Google.Rpc.RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        });
        await new ProjectService.ProjectServiceClient(projects.Channel).ListMineralsAsync(new());
    }

    [Fact]
    public async Task A_caller_at_its_stream_limit_is_refused_until_one_closes()
    {
        await using var mesh = new MeshProcesses();
        mesh.Gateway.Set("Mesh__Limits__Streams", "3");
        await mesh.Start();
        var watcher = new PortfolioService.PortfolioServiceClient(mesh.Channel);
        var streams = Enumerable.Range(0, 3).Select(_ => watcher.WatchPortfolio(new())).ToList();
        foreach (var stream in streams)
            Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        using (var another = watcher.WatchPortfolio(new()))
            await Refused.By(() => another.ResponseStream.MoveNext(CancellationToken.None), StatusCode.ResourceExhausted, "TOO_MANY_STREAMS");

        // Other callers and unary calls are not affected.
        using var other = TestIssuer.Channel(mesh.Gateway.Address, Flooder);
        using var theirs = new PortfolioService.PortfolioServiceClient(other).WatchPortfolio(new());
        Assert.True(await theirs.ResponseStream.MoveNext(CancellationToken.None));
        await watcher.ListPipelineAsync(new());

        streams[0].Dispose();
        await Eventually.True(
            async () =>
            {
                using var next = watcher.WatchPortfolio(new());
                return await next.ResponseStream.MoveNext(CancellationToken.None);
            },
            TimeSpan.FromSeconds(10),
            () => "a closed stream still counts towards the limit");
        foreach (var stream in streams)
            stream.Dispose();
    }

    [Fact]
    public async Task Too_large_headers_end_only_their_call()
    {
        await using var projects = new ServiceProcess("projects");
        await projects.Start();
        var client = new ProjectService.ProjectServiceClient(projects.Channel);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => client.ListMineralsAsync(new(), new Metadata { { "x-large", new string('x', 64 << 10) } }).ResponseAsync);
        Assert.NotEqual(StatusCode.OK, refused.StatusCode);
        await client.ListMineralsAsync(new());
    }
}
