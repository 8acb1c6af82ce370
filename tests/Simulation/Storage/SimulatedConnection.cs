using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Mining.Simulation.Storage;

/// <summary>A connection whose steps are subject to faults.</summary>
internal sealed class SimulatedConnection(DbConnection real, SimulatedDatabase database) : DbConnection
{
    public DbConnection Real => real;

    /// <summary>
    /// The same in every history: Dapper caches its compiled code by connection string, and would compile it again for each folder.
    /// </summary>
    [AllowNull]
    public override string ConnectionString { get => "simulated"; set => throw new NotSupportedException("The connection is already open."); }

    public override string Database => real.Database;

    public override string DataSource => real.DataSource;

    public override string ServerVersion => real.ServerVersion;

    public override ConnectionState State => real.State;

    public override void ChangeDatabase(string databaseName) => real.ChangeDatabase(databaseName);

    public override void Close() => real.Close();

    public override void Open() => real.Open();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new SimulatedTransaction(this, database.Do(StepKind.Begin, () => real.BeginTransaction(isolationLevel)), database);

    protected override DbCommand CreateDbCommand() => new SimulatedCommand(this, real.CreateCommand(), database);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            database.Closed(real);
            real.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>A transaction whose steps are subject to faults.</summary>
internal sealed class SimulatedTransaction(SimulatedConnection connection, DbTransaction real, SimulatedDatabase database) : DbTransaction
{
    public DbTransaction Real => real;

    public override IsolationLevel IsolationLevel => real.IsolationLevel;

    public override bool SupportsSavepoints => true;

    protected override DbConnection DbConnection => connection;

    public override void Commit() => database.Do(StepKind.Commit, () =>
    {
        real.Commit();
        database.Committed();
        return true;
    });

    public override void Rollback() => real.Rollback();

    public override void Save(string savepointName) => database.Do(StepKind.Savepoint, () =>
    {
        real.Save(savepointName);
        return true;
    });

    public override void Rollback(string savepointName) => database.Do(StepKind.Savepoint, () =>
    {
        real.Rollback(savepointName);
        return true;
    });

    public override void Release(string savepointName) => database.Do(StepKind.Savepoint, () =>
    {
        real.Release(savepointName);
        return true;
    });

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            real.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A statement that is subject to faults.</summary>
internal sealed class SimulatedCommand(SimulatedConnection connection, DbCommand real, SimulatedDatabase database) : DbCommand
{
    private DbTransaction? transaction;

    [AllowNull]
    public override string CommandText { get => real.CommandText; set => real.CommandText = value; }

    public override int CommandTimeout { get => real.CommandTimeout; set => real.CommandTimeout = value; }

    public override CommandType CommandType { get => real.CommandType; set => real.CommandType = value; }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get => connection; set => throw new NotSupportedException(); }

    protected override DbParameterCollection DbParameterCollection => real.Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => transaction;
        set
        {
            transaction = value;
            real.Transaction = (value as SimulatedTransaction)?.Real;
        }
    }

    private StepKind Kind => real.CommandText.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) ? StepKind.Read : StepKind.Write;

    public override void Cancel() => real.Cancel();

    public override int ExecuteNonQuery() => database.Do(Kind, real.ExecuteNonQuery);

    public override object? ExecuteScalar() => database.Do(Kind, real.ExecuteScalar);

    public override void Prepare() => real.Prepare();

    protected override DbParameter CreateDbParameter() => real.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => database.Do(Kind, () => real.ExecuteReader(behavior));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            real.Dispose();
        base.Dispose(disposing);
    }
}
