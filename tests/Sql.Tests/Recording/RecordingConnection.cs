using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.SqlClient;

namespace Mining.Sql.Tests.Recording;

/// <summary>A connection that records what is sent over it.</summary>
internal sealed class RecordingConnection(DbConnection real, RecordingDatabase database) : DbConnection
{
    public DbConnection Real => real;

    [AllowNull]
    public override string ConnectionString { get => "recorded"; set => throw new NotSupportedException("The connection is already open."); }

    public override string Database => real.Database;

    public override string DataSource => real.DataSource;

    public override string ServerVersion => real.ServerVersion;

    public override ConnectionState State => real.State;

    public override void ChangeDatabase(string databaseName) => real.ChangeDatabase(databaseName);

    public override void Close() => real.Close();

    public override void Open() => real.Open();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new RecordingTransaction(this, real.BeginTransaction(isolationLevel));

    protected override DbCommand CreateDbCommand() => new RecordingCommand(this, database);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            real.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A transaction of such a connection.</summary>
internal sealed class RecordingTransaction(RecordingConnection connection, DbTransaction real) : DbTransaction
{
    public DbTransaction Real => real;

    public override IsolationLevel IsolationLevel => real.IsolationLevel;

    public override bool SupportsSavepoints => true;

    protected override DbConnection DbConnection => connection;

    public override void Commit() => real.Commit();

    public override void Rollback() => real.Rollback();

    public override void Save(string savepointName) => real.Save(savepointName);

    public override void Rollback(string savepointName) => real.Rollback(savepointName);

    public override void Release(string savepointName) => real.Release(savepointName);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            real.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>
/// A statement. Its parameters are those of SQL Server's client until it runs; then it is recorded and run on SQLite. The first text that
/// it gets is the code's; Dapper may change it for lists.
/// </summary>
internal sealed class RecordingCommand(RecordingConnection connection, RecordingDatabase database) : DbCommand
{
    private readonly SqlCommand shown = new();
    private string? given;
    private DbCommand? run;

    [AllowNull]
    public override string CommandText
    {
        get => shown.CommandText;
        set => (given, shown.CommandText) = (given ?? value, value);
    }

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType { get; set; } = CommandType.Text;

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get => connection; set => throw new NotSupportedException(); }

    protected override DbParameterCollection DbParameterCollection => shown.Parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => run?.Cancel();

    public override int ExecuteNonQuery() => ToRun().ExecuteNonQuery();

    public override object? ExecuteScalar() => ToRun().ExecuteScalar();

    public override void Prepare() => throw new NotSupportedException("Statements are not prepared here.");

    protected override DbParameter CreateDbParameter() => shown.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ToRun().ExecuteReader(behavior);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            run?.Dispose();
            shown.Dispose();
        }

        base.Dispose(disposing);
    }

    private DbCommand ToRun()
    {
        if (CommandType != CommandType.Text)
            throw new NotSupportedException($"{CommandType}: the mesh has no stored procedures.");
        database.Note(given!, CommandText, [.. shown.Parameters.Cast<SqlParameter>().Select(parameter => new Parameter(parameter.ParameterName.TrimStart('@'), parameter.SqlDbType))]);
        run?.Dispose();
        run = connection.Real.CreateCommand();
        run.CommandText = database.ToSqlite(CommandText);
        run.Transaction = (DbTransaction as RecordingTransaction)?.Real;
        foreach (SqlParameter parameter in shown.Parameters)
        {
            var copy = run.CreateParameter();
            copy.ParameterName = "@" + parameter.ParameterName.TrimStart('@');
            copy.Value = parameter.Value is DateTime time ? (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond : parameter.Value;
            run.Parameters.Add(copy);
        }

        return run;
    }
}
