using Mining.Gateway.Health;
using Mining.Gateway.Summaries;

namespace Mining.Gateway.Engine;

/// <summary>
/// The bases of summaries of today over everything, moved on from snapshot to snapshot: so the first question after a change costs what has
/// changed. A basis knows the very projects that it was made of, so it does not matter in which order snapshots come; a line of snapshots
/// that follow each other shares one of these only to be fast.
/// </summary>
internal sealed class RunningSummaries
{
    private const int MaxCount = 4;

    private readonly Lock gate = new();
    private readonly List<Running> all = [];

    /// <summary>What summaries of the past rest on.</summary>
    public PortfolioTimelines HistoricalTotals { get; } = new();

    /// <summary>Reads what a query rests on; nobody moves it meanwhile.</summary>
    public T Read<T>(Query query, ReportContext report, Func<SummaryBasis, T> read)
    {
        var running = Find(report.Key);
        lock (running)
        {
            var basis = running.Basis;
            // If it fails on the way it is half moved: then the next one begins anew.
            running.Basis = null;
            if (basis is null || !basis.TryMoveTo(query))
                basis = SummaryBasis.Of(query);
            running.Basis = basis;
            return read(basis);
        }
    }

    private Running Find(ReportContextKey key)
    {
        lock (gate)
        {
            // What was today once is not asked for again as such.
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
