// At stake: callers must not wait forever, and a deadline must not cut a write in two. On a real process whose database is locked by
// another one.
using Google.Rpc;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hardening;

public sealed class DeadlineTests() : DeadlineSuite(TestStorage.Sqlite);

public sealed class DeadlineOnSqlServerTests() : DeadlineSuite(TestStorage.SqlServer);

public abstract class DeadlineSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private static readonly CreateProjectRequest Create = new()
    {
        ProjectId = "late",
        RequestId = "late-1",
        Project = new Project { DisplayName = "Late", Country = "FR", Kinds = { ProjectKind.Mining } },
    };

    [Theory]
    [InlineData(null)]
    [InlineData(600)]
    public async Task The_services_deadline_ends_a_long_call_and_its_write_is_atomic(int? secondsGiven)
    {
        await using var projects = new ServiceProcess("projects", new Dictionary<string, string> { ["Mesh__Limits__DeadlineMilliseconds"] = "500" }, storage);
        await projects.Start();
        var client = new ProjectService.ProjectServiceClient(projects.Channel);
        // The first call of a process may exceed the limit, because its code is compiled on first use.
        await Eventually.True(
            async () =>
            {
                try
                {
                    return (await client.ListProjectsAsync(new())).Projects.Count == 0;
                }
                catch (RpcException late) when (late.StatusCode == StatusCode.DeadlineExceeded)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30),
            () => "no call was answered within the deadline");
        await using (await Stored.Hold(projects))
        {
            DateTime? deadline = secondsGiven is { } seconds ? TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds) : null;
            var begin = TimeProvider.System.GetTimestamp();
            var refused = await Assert.ThrowsAsync<RpcException>(() => client.CreateProjectAsync(Create, deadline: deadline).ResponseAsync);
            Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
            Assert.Equal("DEADLINE_EXCEEDED", refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
            Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(20));
        }

        // Whether or not the first attempt succeeded, the record exists once after the retry.
        await Eventually.True(
            async () =>
            {
                try
                {
                    return (await client.CreateProjectAsync(Create)).Version == 1;
                }
                catch (RpcException late) when (late.StatusCode == StatusCode.DeadlineExceeded)
                {
                    return false; // the writer waits before its next attempt
                }
            },
            TimeSpan.FromSeconds(30),
            () => "the write was not retried");
        var revisions = await client.ListRevisionsAsync(new() { Name = "projects/late" });
        Assert.Single(revisions.Revisions);
        Assert.True((await new ChangeFeedService.ChangeFeedServiceClient(projects.Channel).VerifyChainAsync(new())).Intact);
    }

    [Fact]
    public async Task A_stream_may_outlast_the_deadline_and_a_callers_shorter_deadline_applies()
    {
        await using var projects = new ServiceProcess("projects", new Dictionary<string, string> { ["Mesh__Limits__DeadlineMilliseconds"] = "500" }, storage);
        await projects.Start();
        using var feed = new ChangeFeedService.ChangeFeedServiceClient(projects.Channel).ReadChanges(new() { Follow = true });
        for (var beat = 0; beat < 3; beat++) // one a second
            Assert.True(await feed.ResponseStream.MoveNext(CancellationToken.None));

        var past = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(-1);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => new ProjectService.ProjectServiceClient(projects.Channel).ListProjectsAsync(new(), deadline: past).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
    }
}
