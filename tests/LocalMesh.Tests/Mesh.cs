using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mining.LocalMesh.Sidecar;

namespace Mining.LocalMesh.Tests;

/// <summary>A running sidecar in this process and an ordinary <see cref="DaprClient"/> of it.</summary>
internal sealed class Mesh : IAsyncDisposable
{
    public const string Pubsub = "mesh-pubsub";
    private readonly WebApplication sidecar;

    private Mesh(WebApplication sidecar, string token)
    {
        this.sidecar = sidecar;
        var urls = sidecar.Urls.ToList();
        Grpc = urls[0];
        Http = urls[1];
        Client = Connect(token);
    }

    public string Grpc { get; }

    public string Http { get; }

    public DaprClient Client { get; }

    /// <summary>Runs a sidecar for apps that are there or not; short retries, so that a test of failure is quick.</summary>
    public static async Task<Mesh> StartAsync(Func<SidecarOptions, SidecarOptions>? change = null, params FakeApp[] apps)
    {
        var options = new SidecarOptions
        {
            GrpcPort = 0,
            HttpPort = 0,
            PubsubName = Pubsub,
            Apps = [.. apps.Select((app, index) => new AppAddress($"app{index + 1}", app.Address))],
            Limits = new Limits { Attempts = 4, FirstRetry = TimeSpan.FromMilliseconds(5), MaxRetryDelay = TimeSpan.FromMilliseconds(20) },
        };
        options = change?.Invoke(options) ?? options;
        var sidecar = SidecarServer.Build(options, logging: to => to.AddProvider(new TestLog()));
        await sidecar.StartAsync(TestContext.Current.CancellationToken);
        return new Mesh(sidecar, options.DaprApiToken);
    }

    public DaprClient Connect(string token) =>
        new DaprClientBuilder().UseGrpcEndpoint(Grpc).UseHttpEndpoint(Http).UseDaprApiToken(token).Build();

    public Task PublishAsync(string topic, string id, string data = "{}") => Client.PublishEventAsync(
        Pubsub, topic, System.Text.Json.JsonDocument.Parse(data).RootElement,
        new Dictionary<string, string> { ["cloudevent.id"] = id, ["cloudevent.source"] = "projects", ["cloudevent.type"] = "changed" },
        TestContext.Current.CancellationToken);

    public Task<BulkPublishResponse<RelayEvent>> PublishAllAsync(string topic, IEnumerable<RelayEvent> events) =>
        Client.BulkPublishEventAsync(Pubsub, topic, events.ToList(), cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await sidecar.StopAsync(TestContext.Current.CancellationToken);
        await sidecar.DisposeAsync();
    }

    /// <summary>The sidecar's log goes into the output of the test that fails.</summary>
    private sealed class TestLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            TestContext.Current.TestOutputHelper?.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>An event as the services' relay sends it: its own envelope, the data as bytes.</summary>
internal sealed class RelayEvent : CloudEvent
{
    public RelayEvent(string id, byte[] data, string? traceParent = null)
    {
        Id = id;
        Source = new Uri("projects", UriKind.Relative);
        Type = "mining.changes.v1.Change";
        Data = data;
        TraceParent = traceParent;
    }

    [JsonPropertyName("data_base64")]
    public byte[] Data { get; }

    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = "application/protobuf";
}
