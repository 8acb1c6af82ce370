using System.Diagnostics;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Mining.Changes.V1;
using Mining.Portfolio.V1;
using Mining.Testing;

namespace Mining.Bench.Data;

/// <summary>A gateway process that reads its feeds from a <see cref="FeedServer"/> and gets deliveries from this process.</summary>
internal sealed class FedGateway : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private static readonly Method<TopicEventRequest, TopicEventResponse> OnTopicEvent = new(
        MethodType.Unary, AppCallback.Descriptor.FullName, nameof(OnTopicEvent),
        Marshallers.Create(request => request.ToByteArray(), TopicEventRequest.Parser.ParseFrom),
        Marshallers.Create(response => response.ToByteArray(), TopicEventResponse.Parser.ParseFrom));

    private readonly FeedServer feed;
    private readonly GrpcChannel deliveries;

    public FedGateway(FeedServer feed)
    {
        this.feed = feed;
        Process = new ServiceProcess("gateway", new Dictionary<string, string>
        {
            ["Mesh__Limits__CallsPerSecond"] = "10000000",
            ["Mesh__Limits__Streams"] = "10000000",
            ["Mesh__Services__projects"] = feed.Address,
            ["Mesh__Services__investors"] = feed.Address,
            ["Mesh__Services__refining"] = feed.Address,
        });
        deliveries = GrpcChannel.ForAddress($"http://127.0.0.1:{Process.DeliveryPort}");
    }

    public ServiceProcess Process { get; }

    public PortfolioService.PortfolioServiceClient Portfolio => new(Process.Channel);

    /// <summary>Starts it and waits until it has applied everything; returns the time since the launch.</summary>
    public async Task<TimeSpan> Start()
    {
        var begin = Stopwatch.GetTimestamp();
        Process.Launch();
        await Process.Serving();
        foreach (var source in (string[])["projects", "refining", "investors"])
            await WaitUntilApplied(source, feed.LastSequence(source));
        return Stopwatch.GetElapsedTime(begin);
    }

    /// <summary>Waits until the answers include a source's change.</summary>
    public Task WaitUntilApplied(string source, long sequence) => Eventually.True(
        async () => (await Portfolio.GetPortfolioSummaryAsync(new() { Query = new() { Filter = new() { Projects = { "projects/none" } } } }))
            .Freshness.Any(freshness => freshness.Source == source && freshness.AppliedSequence >= sequence),
        Timeout,
        () => $"the gateway has not applied {source} {sequence}:\n{Process.Process.Tail}");

    /// <summary>The file of its checkpoint.</summary>
    public string CheckpointFile => Path.Combine(Process.Folder, "gateway.db");

    /// <summary>
    /// Waits until the checkpoint is complete: writing it takes processor time that must not count for other measurements.
    /// </summary>
    public Task CheckpointWritten() => Eventually.True(
        async () =>
        {
            await using var connection = new SqliteConnection($"Data Source={CheckpointFile};Mode=ReadOnly");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT COALESCE(MAX(watermark), 0) FROM checkpoint_source WHERE source = 'investors'";
            return (long)(await command.ExecuteScalarAsync())! >= feed.LastSequence("investors");
        },
        Timeout,
        () => $"the checkpoint was not written:\n{Process.Process.Tail}");

    /// <summary>Delivers a change like the sidecar.</summary>
    public async Task Deliver(Change change)
    {
        var answer = await deliveries.CreateCallInvoker().AsyncUnaryCall(OnTopicEvent, null, default, new TopicEventRequest
        {
            Id = change.EventId,
            Source = change.Source,
            Type = Change.Descriptor.FullName,
            Topic = $"{change.Source}.changes",
            PubsubName = "mining",
            Data = change.ToByteString(),
        });
        if (answer.Status != TopicEventResponse.Types.TopicEventResponseStatus.Success)
            throw new InvalidOperationException($"The delivery was answered with {answer.Status}.");
    }

    /// <summary>Processor time of the process so far.</summary>
    public TimeSpan ProcessorTime()
    {
        using var process = System.Diagnostics.Process.GetProcessById(Process.Process.Id);
        return process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        deliveries.Dispose();
        await Process.DisposeAsync();
    }
}
