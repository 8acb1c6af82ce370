// At stake: an operator can follow one call through the whole mesh, from the client to the figure it changed, across a change log, a broker
// and two processes. Tested on real processes that send their spans to a collector in the test.
using Grpc.Core;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Tracing;

public sealed class TracingTests : IAsyncLifetime
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ClientSpan = "00f067aa0ba902b7";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Collector collector = new();
    private readonly MeshProcesses mesh = new();

    public async ValueTask InitializeAsync()
    {
        await collector.Start();
        foreach (var service in mesh.Services)
        {
            service.Set("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address);
            service.Set("OTEL_BSP_SCHEDULE_DELAY", "100");
            service.Set("OTEL_BLRP_SCHEDULE_DELAY", "100");
            service.Set("OTEL_METRIC_EXPORT_INTERVAL", "500");
        }

        await mesh.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await mesh.DisposeAsync();
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task One_trace_spans_the_clients_call_and_the_gateways_update()
    {
        // A first change, untraced by the client, connects everything, so that the next one comes through the broker.
        await Create("first", []);
        await mesh.CaughtUp();
        await Create("second", new Metadata { { "traceparent", $"00-{TraceId}-{ClientSpan}-01" } });
        await Eventually.True(() => Task.FromResult(Trace.Any(span => span.Name == "apply projects") && Trace.Any(span => span.Name == "publish projects.changes")
            && Trace.Count(span => span.Name == "deliver projects.changes") == 3 && Trace.Any(span => span.Service == "projects" && span.Kind == CollectedSpan.Server)
            && Trace.Any(span => span.Service == "gateway" && span.Kind == CollectedSpan.Server)), Timeout, () => $"{string.Join('\n', collector.Spans)}\n{mesh.Log}");

        var gateway = Only("gateway", span => span.Kind == CollectedSpan.Server);
        var service = Only("projects", span => span.Kind == CollectedSpan.Server);
        var commit = Only("projects", span => span.Name == "commit CreateProject");
        var publish = Only("projects", span => span.Name == "publish projects.changes");
        var deliver = Only("gateway", span => span.Name == "deliver projects.changes");
        var apply = Only("gateway", span => span.Name == "apply projects");
        Assert.Equal(ClientSpan, gateway.ParentId);
        Assert.Equal(gateway.SpanId, service.ParentId);
        Assert.Equal(service.SpanId, commit.ParentId);
        Assert.Equal(commit.SpanId, publish.ParentId);
        Assert.Equal(publish.SpanId, deliver.ParentId);
        Assert.Equal(deliver.SpanId, apply.ParentId);
        foreach (var subscriber in (string[])["investors", "refining"])
            Assert.Equal(publish.SpanId, Only(subscriber, span => span.Name == "deliver projects.changes").ParentId);

        // The change itself carries the trace for later readers.
        using var feed = mesh.Feed.ReadChanges(new() { Source = "projects" });
        await feed.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        Assert.Equal($"00-{TraceId}-{commit.SpanId}-01", feed.ResponseStream.Current.Changes[1].Traceparent);

        // Heartbeats, deliveries as such, and probes have no traces.
        Assert.DoesNotContain(collector.Spans, span => span.Name.Contains("OnTopicEvent", StringComparison.Ordinal) || span.Name.Contains("ealth", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_and_logs_reach_the_same_collector()
    {
        await Create("first", []);
        await Eventually.True(
            () => Task.FromResult(mesh.Services.All(service => collector.Logs.Any(line => line.Service == service.Name && line.Body.Contains("listens on", StringComparison.Ordinal)))
                && mesh.Owners.All(owner => collector.Metrics.Contains((owner.Name, "mining.relay.parked_now")))
                && collector.Metrics.Contains(("projects", "mining.relay.published"))
                && collector.Metrics.Contains(("gateway", "mining.bus.applied"))),
            Timeout,
            () => $"{string.Join('\n', collector.Metrics)}\n{string.Join('\n', collector.Logs)}");
    }

    private IEnumerable<CollectedSpan> Trace => collector.Spans.Where(span => span.TraceId == TraceId);

    private CollectedSpan Only(string service, Func<CollectedSpan, bool> condition) => Assert.Single(Trace, span => span.Service == service && condition(span));

    private async Task Create(string id, Metadata headers) => await mesh.ProjectsClient.CreateProjectAsync(
        new()
        {
            ProjectId = id,
            Project = new Project { DisplayName = id, Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } },
        },
        headers);
}
