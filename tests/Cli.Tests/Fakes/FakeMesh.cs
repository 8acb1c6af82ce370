using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Cli.Tests.Fakes;

/// <summary>
/// The contents of a mesh in memory, with the guarantees that an import depends on: request ids and the platform's error format.
/// </summary>
internal sealed class FakeMesh
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (ByteString Input, IMessage Answer)> answers = [];
    private readonly Dictionary<string, List<Change>> logs = new() { ["projects"] = [], ["investors"] = [], ["refining"] = [] };
    private readonly TaskCompletionSource enoughInFlight = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int batchesInFlight;

    public SortedDictionary<string, Project> Projects { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Investor> Investors { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Commitment> Commitments { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Facility> Facilities { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, ExchangeRateTable> RateTables { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Partnership> Partnerships { get; } = new(StringComparer.Ordinal);

    /// <summary>Called before each command; a returned error is sent instead of running it.</summary>
    public Func<string, IMessage, RpcException?> InjectError { get; set; } = (_, _) => null;

    /// <summary>Every completed command, in order.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Holds batches back until this many have arrived.</summary>
    public int HoldUntilInFlight { get; set; }

    /// <summary>The highest number of concurrent batches.</summary>
    public int PeakBatchesInFlight { get; private set; }

    /// <summary>The change log of a service.</summary>
    public IReadOnlyList<Change> Log(string source)
    {
        lock (gate)
            return [.. logs[source]];
    }

    /// <summary>Lets all request ids expire.</summary>
    public void ForgetRequestIds() => answers.Clear();

    /// <summary>Runs a batch once the required number of batches has arrived.</summary>
    public async Task<BatchWriteResponse> Batch(Func<Task<BatchWriteResponse>> run)
    {
        lock (gate)
        {
            PeakBatchesInFlight = Math.Max(PeakBatchesInFlight, ++batchesInFlight);
            if (batchesInFlight >= HoldUntilInFlight)
                enoughInFlight.TrySetResult();
        }

        await enoughInFlight.Task;
        var response = await run();
        lock (gate)
            batchesInFlight--;
        return response;
    }

    /// <summary>Runs a command as the platform does: a repeated request id gets the first answer.</summary>
    public Task<T> Command<T>(
        string source, string requestId, IMessage request, Func<T> decide, Func<T, string> nameOf,
        [System.Runtime.CompilerServices.CallerMemberName] string method = "")
        where T : class, IMessage<T>, IDeepCloneable<T>
    {
        lock (gate)
        {
            if (InjectError(method, request) is { } error)
                throw error;
            var key = $"{method} {requestId}";
            if (requestId.Length > 0 && answers.TryGetValue(key, out var known))
            {
                return known.Input.Equals(request.ToByteString())
                    ? Task.FromResult(((T)known.Answer).Clone())
                    : throw Error(
                        new Refusal(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", "The request id was used with another input."));
            }

            var answer = decide();
            Append(source, method, requestId, nameOf(answer), answer);
            Commands.Add($"{method} {nameOf(answer)}");
            if (requestId.Length > 0)
                answers[key] = (request.ToByteString(), answer.Clone());
            return Task.FromResult(answer.Clone());
        }
    }

    /// <summary>Adds a record to the mesh and its log without a command.</summary>
    public void Put<T>(string source, SortedDictionary<string, T> records, string name, T record)
        where T : class, IMessage<T>
    {
        lock (gate)
        {
            records[name] = record;
            Append(source, "Put", "", name, record);
        }
    }

    /// <summary>A page of records in the order of their names; the token is the position of the next one.</summary>
    public (List<T> Page, string Next) Page<T>(IEnumerable<T> records, int pageSize, string pageToken)
        where T : class, IDeepCloneable<T>
    {
        lock (gate)
        {
            var start = pageToken.Length == 0 ? 0 : int.Parse(pageToken, System.Globalization.CultureInfo.InvariantCulture);
            var all = records.ToList();
            var page = all.Skip(start).Take(pageSize).Select(record => record.Clone()).ToList();
            return (page, start + page.Count < all.Count ? FormattableString.Invariant($"{start + page.Count}") : "");
        }
    }

    public T Get<T>(SortedDictionary<string, T> records, string name)
        where T : class, IDeepCloneable<T>
    {
        lock (gate)
            return records.TryGetValue(name, out var record) ? record.Clone() : throw Error(Refusal.NotFound("mining/Any", name));
    }

    public static RpcException Error(Refusal refusal) => refusal.ToStatus().ToRpcException();

    private void Append(string source, string method, string requestId, string name, IMessage state)
    {
        var log = logs[source];
        var change = new Change
        {
            Source = source,
            LogId = $"log-of-{source}",
            Sequence = log.Count + 1,
            EventId = $"{source}-{log.Count + 1}",
            Resource = name,
            Version = log.Count(other => other.Resource == name) + 1,
            Actor = "test",
            Method = method,
            RequestId = requestId,
            CommitTime = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 4, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(log.Count * 10)),
            State = Any.Pack(state),
            PreviousHash = log.Count == 0 ? ByteString.CopyFrom(new byte[SHA256.HashSizeInBytes]) : log[^1].Hash,
        };
        // The platform's own hash: the command line computes its own from the comment in the proto.
        change.Hash = ByteString.CopyFrom(ChangeHash.Of(change));
        log.Add(change);
    }
}
