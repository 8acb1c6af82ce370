using Grpc.Core;
using Mining.Changes.V1;

namespace Mining.Cli.Tests.Fakes;

/// <summary>Serves the fake mesh's logs, which a test may falsify.</summary>
internal sealed class FakeChangeFeedService(FakeMesh mesh) : ChangeFeedService.ChangeFeedServiceBase
{
    /// <summary>Changes what readers of a log receive.</summary>
    public Func<IReadOnlyList<Change>, IEnumerable<Change>> Falsify { get; set; } = changes => changes;

    public override async Task ReadChanges(
        ReadChangesRequest request, IServerStreamWriter<ReadChangesResponse> responseStream, ServerCallContext context)
    {
        var log = mesh.Log(request.Source);
        // Two changes per message, so that a log spans several messages.
        foreach (var chunk in Falsify(log).Where(change => change.Sequence > request.AfterSequence).Chunk(2))
            await responseStream.WriteAsync(
                new ReadChangesResponse { Changes = { chunk }, LastSequence = log.Count, LogId = $"log-of-{request.Source}" });
    }

    public override Task<VerifyChainResponse> VerifyChain(VerifyChainRequest request, ServerCallContext context)
    {
        var log = Falsify(mesh.Log(request.Source)).ToList();
        return Task.FromResult(new VerifyChainResponse
        {
            Intact = true,
            VerifiedCount = log.Count,
            HeadHash = log.Count == 0 ? Google.Protobuf.ByteString.Empty : log[^1].Hash,
        });
    }
}
