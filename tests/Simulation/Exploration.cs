using System.Collections.Concurrent;
using Mining.Simulation.Histories;

namespace Mining.Simulation;

/// <summary>Runs many histories on all cores, and reports their contents and failures.</summary>
internal static class Exploration
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>Returns 0 if every history matched the model, 1 if one did not.</summary>
    public static int Run(int firstSeed, int runs, bool trace, bool keepGoing, bool noShrink, TextWriter output)
    {
        var time = TimeProvider.System;
        var begin = time.GetTimestamp();
        var total = new Totals();
        var failures = new ConcurrentDictionary<int, string>();
        var said = begin;
        Parallel.For(0, runs, new ParallelOptions { MaxDegreeOfParallelism = trace ? 1 : Environment.ProcessorCount }, (i, state) =>
        {
            var seed = unchecked(firstSeed + i);
            var history = HistoryGenerator.Of(seed);
            if (trace)
                Print(history, output);
            var outcome = OnItsOwnThread(() => new HistoryRun(history, trace ? output : null).Run());
            lock (total)
            {
                total.Add(outcome);
                if (time.GetElapsedTime(said) >= ProgressInterval)
                {
                    said = time.GetTimestamp();
                    output.WriteLine($"{total.Histories} of {runs} histories, {failures.Count} with a difference, {time.GetElapsedTime(begin).TotalSeconds:0} s");
                }
            }

            if (outcome.Problem is { } problem)
            {
                failures[seed] = problem;
                lock (total)
                    output.WriteLine($"Seed {seed}: {problem}");
                if (!keepGoing)
                    state.Stop();
            }
        });

        output.WriteLine(total.ToString(time.GetElapsedTime(begin)));
        if (failures.IsEmpty)
            return 0;
        if (!noShrink)
            Explain(failures.Keys.Min(), output);
        return 1;
    }

    /// <summary>Shrinks a failing history and prints the shortest one that still fails.</summary>
    private static void Explain(int seed, TextWriter output)
    {
        output.WriteLine($"Shrinking the history of seed {seed} …");
        var shortest = Shrinker.Shrink(HistoryGenerator.Of(seed), history => OnItsOwnThread(() => new HistoryRun(history).Run()).Problem is not null);
        Print(shortest, output);
        output.WriteLine($"The shortest failing history has {shortest.Events.Count} events: {OnItsOwnThread(() => new HistoryRun(shortest).Run()).Problem}");
        output.WriteLine($"Repeat it: ./dev sim --seed {seed} --runs 1 --trace");
    }

    private static void Print(History history, TextWriter output)
    {
        output.WriteLine($"History of seed {history.Seed}, faults end after {history.End.TotalSeconds:0} s:");
        foreach (var happening in history.Events)
            output.WriteLine($"  {happening}");
    }

    /// <summary>A history owns its thread's synchronization context while it runs, and must restore it.</summary>
    internal static Outcome OnItsOwnThread(Func<Outcome> run)
    {
        var before = SynchronizationContext.Current;
        try
        {
            return run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
