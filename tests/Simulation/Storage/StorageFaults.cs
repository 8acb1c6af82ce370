using Microsoft.Data.Sqlite;
using Mining.Simulation.Histories;

namespace Mining.Simulation.Storage;

/// <summary>The kinds of database steps.</summary>
internal enum StepKind
{
    Read,
    Write,
    Begin,
    Savepoint,
    Commit,
}

/// <summary>
/// The faults of one node's database, step by step: a step is a statement, a begin, a savepoint, a rollback or a commit. Like the disk,
/// they outlive the process.
/// </summary>
internal sealed class StorageFaults(FaultTally tally)
{
    private const int Busy = 5;
    private const int InputOutput = 10;
    private const int Full = 13;

    private readonly List<Armed> armed = [];

    public bool DiskFull { get; set; }

    /// <summary>Kills the process of this node; it restarts after a while.</summary>
    public Action<TimeSpan> Kill { get; set; } = _ => { };

    /// <summary>Schedules a fault after a number of good steps.</summary>
    public void Arm(DatabaseFault fault) => armed.Add(new Armed(fault));

    public void Disarm()
    {
        armed.Clear();
        DiskFull = false;
    }

    /// <summary>Runs a step, or not, as the faults determine.</summary>
    public T Do<T>(StepKind kind, Func<T> step)
    {
        if (DiskFull && kind is (StepKind.Write or StepKind.Commit))
        {
            tally.Count("disk full");
            throw Error(Full, "database or disk is full");
        }

        foreach (var next in armed.ToList())
        {
            if (next.Fault.OnlyCommits && kind != StepKind.Commit)
                continue;
            if (next.Left > 0)
            {
                next.Left--;
                continue;
            }

            if (--next.Times == 0)
                armed.Remove(next);
            return Fail(next.Fault, kind, step);
        }

        return step();
    }

    private T Fail<T>(DatabaseFault fault, StepKind kind, Func<T> step)
    {
        switch (fault.Effect)
        {
            case DatabaseEffect.Busy:
                tally.Count("database busy");
                throw Error(Busy, "database is locked");
            case DatabaseEffect.FailBefore:
                tally.Count(kind == StepKind.Commit ? "commit failed" : "database cut");
                throw Error(InputOutput, "disk I/O error");
            case DatabaseEffect.FailAfter:
                step();
                tally.Count(kind == StepKind.Commit ? "commit done, its answer lost" : "database cut");
                throw Error(InputOutput, "disk I/O error");
            case DatabaseEffect.CrashBefore:
                tally.Count($"crash before {Name(kind)}");
                Kill(fault.Down);
                throw new ProcessKilledException();
            default:
                step();
                tally.Count($"crash after {Name(kind)}");
                Kill(fault.Down);
                throw new ProcessKilledException();
        }
    }

    private static string Name(StepKind kind) => kind switch
    {
        StepKind.Commit => "the commit",
        StepKind.Begin => "a begin",
        StepKind.Savepoint => "a savepoint",
        StepKind.Read => "a read",
        _ => "a write",
    };

    private static SqliteException Error(int code, string message) => new SqliteException($"SQLite Error {code}: '{message}'.", code);

    private sealed class Armed(DatabaseFault fault)
    {
        public DatabaseFault Fault => fault;

        public int Left { get; set; } = fault.AfterSteps;

        public int Times { get; set; } = Math.Max(1, fault.Times);
    }
}

/// <summary>The process is dead; whatever it still tries has no effect.</summary>
internal sealed class ProcessKilledException() : Exception("The process was killed.");
