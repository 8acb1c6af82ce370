using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Mining.Changes.V1;
using Mining.Testing;

namespace Mining.Bench.Data;

/// <summary>
/// Serves a data set as the change feeds of all three services, from prepared bytes, so that the consumer is measured and not the server.
/// Implements only <c>ReadChanges</c>.
/// </summary>
internal sealed class FeedServer : IAsyncDisposable
{
    private const int ChangesPerRun = 500;

    private readonly Dictionary<string, List<(long Last, byte[] Run)>> runs = [];
    private WebApplication? server;

    public string Address { get; private set; } = "";

    /// <summary>The total bytes of all messages.</summary>
    public long Bytes => runs.Values.Sum(of => of.Sum(run => (long)run.Run.Length));

    public static async Task<FeedServer> Start(DataSet data)
    {
        var feed = new FeedServer();
        foreach (var source in (string[])["projects", "investors", "refining"])
            feed.runs[source] = [.. data.Of(source).Chunk(ChangesPerRun).Select(RunOf)];
        var port = ServiceProcess.FreePort();
        feed.Address = $"http://127.0.0.1:{port}";
        feed.server = await GrpcServer.Start(port, services => services.Add(new(typeof(FeedServer), feed)), app => app.MapGrpcService<Served>());
        return feed;
    }

    /// <summary>The messages of a source.</summary>
    public IEnumerable<byte[]> RunsOf(string source) => runs[source].Select(run => run.Run);

    public long LastSequence(string source) => runs[source][^1].Last;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    private static (long, byte[]) RunOf(Change[] changes) => (
        changes[^1].Sequence,
        new ReadChangesResponse { Changes = { changes }, LastSequence = changes[^1].Sequence, LogId = changes[0].LogId }.ToByteArray());

    private async Task Read(ReadChangesRequest request, IServerStreamWriter<byte[]> stream)
    {
        foreach (var (last, run) in runs[request.Source])
        {
            if (last > request.AfterSequence)
                await stream.WriteAsync(run);
        }

        var end = new ReadChangesResponse { LastSequence = LastSequence(request.Source), LogId = $"bench-{request.Source}" };
        await stream.WriteAsync(end.ToByteArray());
    }

    /// <summary>The feed's method with answers that are already bytes.</summary>
    [BindServiceMethod(typeof(RawFeed), nameof(Bind))]
    private abstract class RawFeed
    {
        public static void Bind(ServiceBinderBase binder, RawFeed? service) => binder.AddMethod(
            Raw.StreamOfBytes(ChangeFeedService.Descriptor.FullName, nameof(ReadChanges), ReadChangesRequest.Parser),
            service is null ? null : service.ReadChanges);

        public abstract Task ReadChanges(ReadChangesRequest request, IServerStreamWriter<byte[]> stream, ServerCallContext context);
    }

    private sealed class Served(FeedServer feed) : RawFeed
    {
        public override Task ReadChanges(ReadChangesRequest request, IServerStreamWriter<byte[]> stream, ServerCallContext context) => feed.Read(request, stream);
    }
}
