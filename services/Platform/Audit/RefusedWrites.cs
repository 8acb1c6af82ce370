using System.Diagnostics.Metrics;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Jobs;
using Mining.Primitives.Time;

namespace Mining.Platform.Audit;

/// <summary>
/// Buffers refused writes for the audit trail. Callers do not wait for it: entries are flushed every <see cref="Interval"/>, at most <see
/// cref="MaxBatchSize"/> per transaction. Each caller gets <see cref="EntriesPerMinute"/> separate entries per minute; further refusals in
/// that minute are counted by method and reason. A flood of refusals therefore neither exhausts memory nor delays accepted writes.
/// </summary>
public sealed class RefusedWrites(Committer committer, TimeProvider time, ILogger<RefusedWrites> log) : PeriodicJob(Interval, time, log)
{
    /// <summary>How often they are written. A killed process loses at most one interval of them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Maximum number of rows written per transaction.</summary>
    public const int MaxBatchSize = 128;

    /// <summary>Number of separate entries per caller and minute.</summary>
    public const int EntriesPerMinute = 60;

    /// <summary>Maximum number of waiting entries. Further entries are lost, counted and logged.</summary>
    public const int MaxPending = 4_096;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Meter Meter = new("Mining.Platform.Audit");
    private static readonly Counter<long> Lost = Meter.CreateCounter<long>(
        "mining.audit.lost", "{entry}", "Refused writes missing from the audit trail because too many were waiting for it.");

    private readonly Lock gate = new();
    private readonly Dictionary<string, Window> windows = new(StringComparer.Ordinal);
    private readonly Queue<AuditRow> waiting = new();
    private int counted;
    private long lost;

    /// <summary>The current minute of a caller.</summary>
    private sealed class Window(TimeSpan begin)
    {
        public TimeSpan Begin { get; } = begin;

        public int Entries { get; set; }

        /// <summary>The refusals beyond the separate entries, by method, status and reason.</summary>
        public Dictionary<(string Method, long Code, string Reason), AuditRow> Repeats { get; } = [];
    }

    /// <summary>Records a refusal without waiting.</summary>
    /// <param name="caller">Who called.</param>
    /// <param name="method">The method, for example <c>ChangeStage</c>.</param>
    /// <param name="request">The request; null if unknown.</param>
    /// <param name="refusal">Why it was refused.</param>
    public void Note(Caller caller, string method, IMessage? request, Refusal refusal)
    {
        var row = AuditRow.Of(caller, method, Time.GetUtcNow()) with
        {
            Code = (long)refusal.Code,
            Reason = refusal.Reason,
            ValidateOnly = request is not null && RefusedRequest.IsValidateOnly(request) ? 1 : 0,
        };
        var now = Time.MonotonicNow();
        lock (gate)
        {
            if (windows.TryGetValue(caller.Name, out var window) && now - window.Begin >= Minute)
                Close(caller.Name, window);
            if (!windows.TryGetValue(caller.Name, out window))
            {
                if (windows.Count >= MaxPending)
                {
                    Lose();
                    return;
                }

                windows[caller.Name] = window = new Window(now);
            }

            if (window.Entries < EntriesPerMinute)
            {
                if (!HasRoom())
                    return;
                window.Entries++;
                waiting.Enqueue(row with
                {
                    RequestId = request is null ? "" : RefusedRequest.RequestIdOf(request),
                    Resource = request is null ? "" : RefusedRequest.ResourceOf(request, refusal),
                    Message = RefusedRequest.MessageOf(refusal),
                });
            }
            else
            {
                var key = (row.Method, row.Code, row.Reason);
                if (window.Repeats.TryGetValue(key, out var first))
                {
                    window.Repeats[key] = first with { CallCount = first.CallCount + 1, LastTime = row.EntryTime };
                }
                else if (HasRoom())
                {
                    window.Repeats[key] = row;
                    counted++;
                }
            }
        }
    }

    /// <summary>Flushes waiting entries in one transaction. Returns whether more are waiting.</summary>
    public async Task<bool> Flush(CancellationToken cancellation, bool all = false)
    {
        List<AuditRow> batch = [];
        long missing;
        lock (gate)
        {
            var now = Time.MonotonicNow();
            foreach (var (name, window) in windows.Where(entry => all || now - entry.Value.Begin >= Minute).ToList())
                Close(name, window);
            while (batch.Count < MaxBatchSize && waiting.TryDequeue(out var row))
                batch.Add(row);
            (missing, lost) = (lost, 0);
        }

        if (missing > 0)
            Log.LogError("{Count} refused writes are missing from the audit trail: more than {Max} were waiting for it", missing, MaxPending);
        if (batch.Count > 0)
            await Write(batch, cancellation);
        lock (gate)
            return waiting.Count > 0 || windows.Count > 0;
    }

    public override Task RunOnce(CancellationToken cancellation) => Flush(cancellation);

    protected override async Task RunLast(CancellationToken cancellation)
    {
        while (await Flush(cancellation, all: true))
        {
        }
    }

    private async Task Write(List<AuditRow> batch, CancellationToken cancellation)
    {
        try
        {
            await committer.Maintain(
                async (connection, transaction) =>
                {
                    foreach (var row in batch)
                        await AuditTrail.Write(connection, transaction, row);
                },
                cancellation);
        }
        catch
        {
            lock (gate)
            {
                foreach (var row in batch)
                    waiting.Enqueue(row);
            }

            throw;
        }
    }

    private bool HasRoom()
    {
        if (waiting.Count + counted < MaxPending)
            return true;
        Lose();
        return false;
    }

    private void Lose()
    {
        lost++;
        Lost.Add(1);
    }

    private void Close(string name, Window window)
    {
        foreach (var row in window.Repeats.Values)
            waiting.Enqueue(row);
        counted -= window.Repeats.Count;
        windows.Remove(name);
    }
}
