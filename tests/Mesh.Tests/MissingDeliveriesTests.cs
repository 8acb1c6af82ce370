// At stake: a broker that delivers nothing, or nothing of one topic, while all seems well because the feeds fill the gap. Each consumer
// must report it and stay healthy. On real processes.
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Mining.Mesh.Tests;

public sealed class MissingDeliveriesTests
{
    private const string Missing = "The broker has delivered nothing of";
    private static readonly TimeSpan NoticeTimeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_consumer_notices_when_a_topics_deliveries_stop_and_resume()
    {
        await using var mesh = new MeshProcesses(new SidecarFaults(1, DropPpm: 1_000_000, Topic: "projects.changes"));
        await mesh.Start();
        await mesh.ProjectsClient.CreateProjectAsync(new()
        {
            ProjectId = "by-feed",
            Project = new Project { DisplayName = "By feed", Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } },
        });
        await mesh.CaughtUp();

        await Eventually.True(async () => (await mesh.Freshness("projects")).Delivery == SourceDelivery.FeedOnly, NoticeTimeout, () => mesh.Log);
        var projects = await mesh.Freshness("projects");
        Assert.Equal(SourceState.Current, projects.State);
        Assert.Null(projects.TimeSinceDelivery);
        foreach (var delivered in (string[])["investors", "refining"])
            Assert.Equal(SourceDelivery.Broker, (await mesh.Freshness(delivered)).Delivery);
        ServiceProcess[] consumers = [mesh.Gateway, mesh.Investors, mesh.Refining];
        await Eventually.True(() => Task.FromResult(consumers.All(consumer => Count(consumer.Log, $"{Missing} projects") == 1)), NoticeTimeout, () => mesh.Log);
        Assert.Equal(ServingStatus.Serving, (await new Grpc.Health.V1.Health.HealthClient(mesh.Channel).CheckAsync(new())).Status);

        await mesh.Sidecar.Kill();
        mesh.Sidecar.Faults = SidecarFaults.None;
        await mesh.Sidecar.Start();
        await Eventually.True(async () => (await mesh.Freshness("projects")).Delivery == SourceDelivery.Broker, NoticeTimeout, () => mesh.Log);
        await Eventually.True(
            () => Task.FromResult(consumers.All(consumer => Count(consumer.Log, "The broker delivers projects again") == 1)), NoticeTimeout, () => mesh.Log);
    }

    [Fact]
    public async Task Without_a_sidecar_every_running_source_is_reported_as_feed_only()
    {
        await using var mesh = new MeshProcesses();
        await mesh.Start();
        await Eventually.True(async () => (await mesh.Freshness("investors")).Delivery == SourceDelivery.Broker, NoticeTimeout, () => mesh.Log);
        await mesh.Refining.Kill();
        await mesh.Sidecar.Kill();
        foreach (var answering in (string[])["projects", "investors"])
            await Eventually.True(async () => (await mesh.Freshness(answering)).Delivery == SourceDelivery.FeedOnly, NoticeTimeout, () => mesh.Log);
        Assert.True((await mesh.Freshness("investors")).TimeSinceDelivery.ToTimeSpan() >= TimeSpan.FromSeconds(20));
        Assert.Equal((SourceState.Silent, SourceDelivery.Unspecified), ((await mesh.Freshness("refining")).State, (await mesh.Freshness("refining")).Delivery));
        Assert.Equal(0, Count(mesh.Gateway.Log, $"{Missing} refining"));
    }

    private static int Count(string log, string text) => log.Split(text).Length - 1;
}
