using System.Data;
using System.Data.Common;
using System.Reflection;
using Mining.Platform.Storage;
using Mining.Simulation.Kernel;

namespace Mining.Simulation.Storage;

/// <summary>The real SQLite database of a node, with faults at each step of one life of its process.</summary>
internal sealed class SimulatedDatabase(SqliteDatabase real, NodeContext node, StorageFaults faults, Action committed) : Database
{
    private readonly HashSet<DbConnection> open = [];

    public override string Limit => real.Limit;

    public override async Task<DbConnection> Open(CancellationToken cancellation) => Wrap(await real.Open(cancellation));

    public override async Task<DbConnection> OpenToWrite(CancellationToken cancellation) => Wrap(await real.OpenToWrite(cancellation));

    public override async Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation)
    {
        var wrapped = (SimulatedConnection)connection;
        var transaction = await Do(StepKind.Begin, () => real.BeginWrite(wrapped.Real, cancellation));
        return new SimulatedTransaction(wrapped, transaction, this);
    }

    public override string AwaitWriters => real.AwaitWriters;

    public override bool IsDisposable => real.IsDisposable;

    public override IReadOnlyList<Migration> Pending(Assembly service) => real.Pending(service);

    public override void Migrate(Assembly service, string? before = null) => real.Migrate(service, before);

    public override void Discard() => real.Discard();

    public override Task Load(DbTransaction transaction, string table, DataTable rows, CancellationToken cancellation) => real.Load(transaction, table, rows, cancellation);

    public override bool IsTransient(DbException exception) => real.IsTransient(exception);

    public override string? OperatorHint(DbException exception) => real.OperatorHint(exception);

    /// <summary>Runs a step of the storage; a dead process runs none.</summary>
    internal T Do<T>(StepKind kind, Func<T> step) => node.IsDead ? throw new ProcessKilledException() : faults.Do(kind, step);

    internal void Committed() => committed();

    internal void Closed(DbConnection connection) => open.Remove(connection);

    /// <summary>Does what the operating system does when a process ends: uncommitted work is rolled back.</summary>
    public void CloseAll()
    {
        foreach (var connection in open)
            connection.Dispose();
        open.Clear();
    }

    private SimulatedConnection Wrap(DbConnection connection)
    {
        // It makes no difference to what a killed process leaves behind, and a history must not wait for the disk.
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=OFF;";
        command.ExecuteNonQuery();
        open.Add(connection);
        return new SimulatedConnection(connection, this);
    }
}
