using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mining.LocalMesh.Sidecar;
using Mining.Testing;
using Api = Dapr.Client.Autogen.Grpc.v1;

namespace Mining.LocalMesh.Tests;

/// <summary>What the sidecars of a test are told.</summary>
/// <param name="AppApiToken">Goes with each delivery; empty: none does.</param>
/// <param name="DaprApiToken">Demanded of callers; empty: none is.</param>
/// <param name="Attempts">How often a delivery is tried.</param>
internal sealed record MeshSetup(string AppApiToken = "", string DaprApiToken = "", int Attempts = 4)
{
    /// <summary>How long an app may take to answer a delivery.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Sidecars beside apps, local or real ones, and an ordinary <see cref="DaprClient"/> that publishes through one of them.</summary>
internal abstract class Mesh(MeshSetup setup) : IAsyncDisposable
{
    public const string Pubsub = "mesh-pubsub";

    /// <summary>Where callers publish.</summary>
    public abstract string Grpc { get; }

    /// <summary>Where callers ask for health.</summary>
    public abstract string Http { get; }

    public abstract Task StartAsync();

    /// <summary>Ends the sidecars and starts them again; the apps go on.</summary>
    public abstract Task RestartAsync();

    public DaprClient Connect(string token) =>
        new DaprClientBuilder().UseGrpcEndpoint(Grpc).UseHttpEndpoint(Http).UseDaprApiToken(token).Build();

    public Task PublishAsync(string topic, params string[] ids) => PublishAllAsync(topic, ids.Select(id => new RelayEvent(id, [])));

    /// <summary>Publishes as the relay of the services does.</summary>
    public async Task<BulkPublishResponse<RelayEvent>> PublishAllAsync(string topic, IEnumerable<RelayEvent> events)
    {
        using var client = Connect(setup.DaprApiToken);
        return await client.BulkPublishEventAsync(Pubsub, topic, events.ToList(), cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Publishes what a client of another kind may send.</summary>
    public async Task<Api.BulkPublishResponse> CallAsync(Api.BulkPublishRequest request)
    {
        using var channel = GrpcChannel.ForAddress(Grpc);
        return await new Api.Dapr.DaprClient(channel).BulkPublishEventAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    public static Api.BulkPublishRequest Request(string topic, params (string Id, string Envelope)[] entries) => new()
    {
        PubsubName = Pubsub,
        Topic = topic,
        Entries =
        {
            entries.Select(entry => new Api.BulkPublishRequestEntry
            {
                EntryId = entry.Id,
                Event = ByteString.CopyFromUtf8(entry.Envelope),
                ContentType = "application/cloudevents+json",
            }),
        },
    };

    public abstract ValueTask DisposeAsync();
}

/// <summary>The local sidecar, in this process: one for all apps.</summary>
internal sealed class LocalSidecars : Mesh
{
    private readonly SidecarOptions options;
    private WebApplication sidecar;

    public LocalSidecars(MeshSetup setup, IEnumerable<FakeApp> apps, Func<SidecarOptions, SidecarOptions>? change = null)
        : base(setup)
    {
        options = new SidecarOptions
        {
            GrpcPort = ServiceProcess.FreePort(),
            HttpPort = ServiceProcess.FreePort(),
            PubsubName = Pubsub,
            Apps = [.. apps.Select((app, index) => new AppAddress($"app{index + 1}", app.Address))],
            AppApiToken = setup.AppApiToken,
            DaprApiToken = setup.DaprApiToken,
            Limits = new Limits
            {
                Attempts = setup.Attempts,
                FirstRetry = TimeSpan.FromMilliseconds(5),
                MaxRetryDelay = TimeSpan.FromMilliseconds(20),
                DeliveryTimeout = setup.DeliveryTimeout,
            },
        };
        options = change?.Invoke(options) ?? options;
        sidecar = Build();
    }

    public override string Grpc => $"http://127.0.0.1:{options.GrpcPort}";

    public override string Http => $"http://127.0.0.1:{options.HttpPort}";

    public override Task StartAsync() => sidecar.StartAsync(TestContext.Current.CancellationToken);

    public override async Task RestartAsync()
    {
        await DisposeAsync();
        sidecar = Build();
        await StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await sidecar.StopAsync(TestContext.Current.CancellationToken);
        await sidecar.DisposeAsync();
    }

    private WebApplication Build() => SidecarServer.Build(options, logging: to => to.AddProvider(new TestLog()));

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

/// <summary>Dapr's own sidecars, one beside each app and one for a caller without subscriptions, on a Redis of their own.</summary>
internal sealed class RealSidecars : Mesh
{
    private readonly RedisServer redis = new();
    private readonly string resources = Directory.CreateTempSubdirectory("mining-dapr-").FullName;
    private readonly List<RealSidecar> sidecars;

    public RealSidecars(MeshSetup setup, IEnumerable<FakeApp> apps)
        : base(setup)
    {
        sidecars = [Sidecar("caller", null), .. apps.Select((app, index) => Sidecar($"app{index + 1}", app.Port))];
        // A file each: daprd reads a resiliency from the beginning of a file only. What the app did not take in time comes again soon.
        File.WriteAllText(Path.Combine(resources, "pubsub.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: {{Pubsub}} }
            spec:
              type: pubsub.redis
              version: v1
              metadata:
                - { name: redisHost, value: "{{redis.Address}}" }
                - { name: redisPassword, value: "" }
                - { name: processingTimeout, value: 1s }
                - { name: redeliverInterval, value: 500ms }
            """);
        File.WriteAllText(Path.Combine(resources, "resiliency.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: mesh }
            spec:
              policies:
                timeouts: { deliver: {{setup.DeliveryTimeout.TotalMilliseconds}}ms }
                retries: { deliver: { policy: constant, duration: 20ms, maxRetries: {{setup.Attempts - 1}} } }
              targets:
                components:
                  {{Pubsub}}: { inbound: { timeout: deliver, retry: deliver } }
            """);

        RealSidecar Sidecar(string appId, int? appPort) => new(appId, appPort, resources)
        {
            AppApiToken = setup.AppApiToken,
            DaprApiToken = setup.DaprApiToken,
            Options = ["--app-health-probe-interval", "1", "--app-health-threshold", "1"],
        };
    }

    public override string Grpc => sidecars[0].Address;

    public override string Http => sidecars[0].HttpAddress;

    public override async Task StartAsync()
    {
        await redis.Start("--proto-max-bulk-len", "1mb");
        await Task.WhenAll(sidecars.Select(sidecar => sidecar.Start()));
    }

    public override async Task RestartAsync()
    {
        await Task.WhenAll(sidecars.Select(sidecar => sidecar.Process.Kill()));
        await Task.WhenAll(sidecars.Select(sidecar => sidecar.Start()));
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var sidecar in sidecars)
        {
            await sidecar.DisposeAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(sidecar.Process.Log);
        }

        await redis.DisposeAsync();
        Directory.Delete(resources, recursive: true);
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
        PublishSpan = traceParent;
    }

    [JsonPropertyName("miningtraceparent")]
    public string? PublishSpan { get; }

    [JsonPropertyName("data_base64")]
    public byte[] Data { get; }

    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = "application/protobuf";
}
