using System.Text.Json;
using Dapr.Client;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mining.Changes.V1;
using Mining.Platform.Relay;
using Mining.Testing;

namespace Mining.Platform.Tests.Support;

/// <summary>An event as the broker receives it.</summary>
public sealed record PublishedEvent(string Topic, string Pubsub, string EntryId, string Id, string Source, string Type, string? TraceParent, byte[] Data)
{
    public Change? Change => Type == Changes.V1.Change.Descriptor.FullName ? Changes.V1.Change.Parser.ParseFrom(Data) : null;

    public Heartbeat? Heartbeat => Type == Changes.V1.Heartbeat.Descriptor.FullName ? Changes.V1.Heartbeat.Parser.ParseFrom(Data) : null;
}

/// <summary>
/// A sidecar on its own port that accepts publications, or answers as the test wants. It can be stopped and restarted, and a DaprClient
/// uses it like Dapr.
/// </summary>
public sealed class FakeSidecar : IAsyncDisposable
{
    private readonly int port = ServiceProcess.FreePort();
    private readonly Lock gate = new();
    private readonly List<PublishedEvent> taken = [];
    private WebApplication? app;
    private int calls;

    public FakeSidecar() => Client = new DaprClientBuilder().UseGrpcEndpoint($"http://127.0.0.1:{port}").Build();

    public DaprClient Client { get; }

    /// <summary>The answer to a call with these events: the rejected ids, each with its reason; an exception rejects all.</summary>
    public Func<IReadOnlyList<PublishedEvent>, CancellationToken, Task<IReadOnlyDictionary<string, string>>> Answer { get; set; } = TakeAll;

    /// <summary>The number of calls, whatever their outcome.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <summary>The accepted events, in order.</summary>
    public IReadOnlyList<PublishedEvent> Taken
    {
        get
        {
            lock (gate)
                return [.. taken];
        }
    }

    /// <summary>The sequences of the accepted changes, in order.</summary>
    public IReadOnlyList<long> Sequences => [.. Taken.Where(entry => entry.Change is not null).Select(entry => entry.Change!.Sequence)];

    public static Task<IReadOnlyDictionary<string, string>> TakeAll(IReadOnlyList<PublishedEvent> events, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    public async Task Start() => app = await GrpcServer.Start(
        port,
        services => services.AddSingleton(this).AddSingleton<IServiceMethodProvider<FakeSidecar>, Methods>(),
        server => server.MapGrpcService<FakeSidecar>());

    public async Task Stop()
    {
        if (app is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }

        app = null;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Stop();
    }

    private async Task<BulkPublishResponse> BulkPublish(BulkPublishRequest request, ServerCallContext call)
    {
        Interlocked.Increment(ref calls);
        var events = request.Entries.Select(entry => Read(request, entry)).ToList();
        var refused = await Answer(events, call.CancellationToken);
        lock (gate)
            taken.AddRange(events.Where(entry => !refused.ContainsKey(entry.Id)));
        return new BulkPublishResponse
        {
            FailedEntries =
            {
                events.Where(entry => refused.ContainsKey(entry.Id))
                    .Select(entry => new BulkPublishResponseFailedEntry { EntryId = entry.EntryId, Error = refused[entry.Id] }),
            },
        };
    }

    private static PublishedEvent Read(BulkPublishRequest request, BulkPublishRequestEntry entry)
    {
        var json = JsonDocument.Parse(entry.Event.Memory).RootElement;
        return new PublishedEvent(
            request.Topic,
            request.PubsubName,
            entry.EntryId,
            Text("id")!,
            Text("source")!,
            Text("type")!,
            Text(ChangeEvent.PublishSpanName),
            Convert.FromBase64String(Text("data_base64")!));

        string? Text(string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>Dapr's packages contain only the app's side of its API; these are the methods that the relay calls.</summary>
    private sealed class Methods : IServiceMethodProvider<FakeSidecar>
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<FakeSidecar> context)
        {
            foreach (var name in (string[])["BulkPublishEvent", "BulkPublishEventAlpha1"])
            {
                context.AddUnaryMethod(
                    new Method<BulkPublishRequest, BulkPublishResponse>(
                        MethodType.Unary,
                        Dapr.Client.Autogen.Grpc.v1.Dapr.Descriptor.FullName,
                        name,
                        Marshallers.Create(message => message.ToByteArray(), BulkPublishRequest.Parser.ParseFrom),
                        Marshallers.Create(message => message.ToByteArray(), BulkPublishResponse.Parser.ParseFrom)),
                    [],
                    (sidecar, request, call) => sidecar.BulkPublish(request, call));
            }
        }
    }
}
