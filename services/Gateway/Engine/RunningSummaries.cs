using Mining.Gateway.Health;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>
/// The bases of unfiltered summaries of today, updated from snapshot to snapshot, so that the first query after a change costs only what
/// has changed. A basis knows the projects it was computed from, so snapshots may be queried in any order; sharing one instance between
/// successive snapshots is only an optimization.
/// </summary>
internal sealed class RunningSummaries
{
    private const int MaxCount = 4;

    private readonly Lock gate = new();
    private readonly List<Running> all = [];

    /// <summary>The timelines for summaries of the past.</summary>
    public PortfolioTimelines HistoricalTotals { get; } = new();

    /// <summary>Reads the basis of a query under a lock, so that it does not change meanwhile.</summary>
    public T Read<T>(Query query, ReportContext report, Func<SummaryBasis, T> read)
    {
        var running = Find(report.Key);
        lock (running)
        {
            var basis = running.Basis;
            // If the update fails halfway, the basis is inconsistent; then the next query computes a new one.
            running.Basis = null;
            if (basis is null || !basis.TryUpdateTo(query))
                basis = SummaryBasis.Create(query);
            running.Basis = basis;
            return read(basis);
        }
    }

    private Running Find(ReportContextKey key)
    {
        lock (gate)
        {
            // A basis of an earlier day is not requested again.
            all.RemoveAll(running => running.Key.AsOf != key.AsOf);
            var known = all.Find(running => running.Key == key) ?? new Running(key);
            all.Remove(known);
            all.Insert(0, known);
            if (all.Count > MaxCount)
                all.RemoveAt(MaxCount);
            return known;
        }
    }

    private sealed class Running(ReportContextKey key)
    {
        public ReportContextKey Key => key;

        public SummaryBasis? Basis { get; set; }
    }
}
