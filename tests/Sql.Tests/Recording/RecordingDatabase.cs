using System.Data;
using System.Data.Common;
using System.Reflection;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Storage;

namespace Mining.Sql.Tests.Recording;

/// <summary>
/// Looks like SQL Server to the code: it uses that dialect, and records every statement with its parameters as SQL Server's client would
/// send them. SQLite executes the statements, so that the code runs on as in production; for that, the few dialect words are translated
/// back to SQLite's.
/// </summary>
public sealed class RecordingDatabase(Database real, Action<string, string, IReadOnlyList<Parameter>> note) : Database
{
    private static readonly SqlServerDatabase Server = new("Server=nowhere;Database=none", TimeProvider.System, NullLogger<SqlServerDatabase>.Instance);

    public override string Limit => Server.Limit;

    public override string AwaitWriters => Server.AwaitWriters;

    /// <summary>
    /// True: it looks like a file, in the dialect of a server; for code that runs only on a file, in SQL that both understand.
    /// </summary>
    public bool IsTakenForFile { get; set; }

    public override bool IsDisposable => IsTakenForFile;

    public override async Task<DbConnection> Open(CancellationToken cancellation) => new RecordingConnection(await real.Open(cancellation), this);

    public override async Task<DbConnection> OpenToWrite(CancellationToken cancellation) =>
        new RecordingConnection(await real.OpenToWrite(cancellation), this);

    public override async Task<DbTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation)
    {
        var recording = (RecordingConnection)connection;
        return new RecordingTransaction(recording, await real.BeginWrite(recording.Real, cancellation));
    }

    public override IReadOnlyList<Migration> Pending(Assembly service) => real.Pending(service);

    public override void Migrate(Assembly service, string? before = null) => real.Migrate(service, before);

    public override void Discard() => real.Discard();

    /// <summary>Inserts row by row what a server would take as a bulk copy; it is no statement.</summary>
    public override async Task Load(DbTransaction transaction, string table, DataTable rows, CancellationToken cancellation)
    {
        var names = rows.Columns.Cast<DataColumn>().Select(column => column.ColumnName).ToList();
        var into = ((RecordingTransaction)transaction).Real;
        foreach (DataRow row in rows.Rows)
        {
            await into.Connection!.ExecuteAsync(
                $"INSERT INTO {table} ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select(name => $"@{name}"))})",
                new DynamicParameters(names.ToDictionary(name => name, name => row[name])),
                into);
        }
    }

    public override bool IsTransient(DbException exception) => real.IsTransient(exception);

    public override string? OperatorHint(DbException exception) => real.OperatorHint(exception);

    internal void Note(string given, string sent, IReadOnlyList<Parameter> parameters) => note(given, sent, parameters);

    /// <summary>The statement in SQLite's dialect.</summary>
    internal string ToSqlite(string statement) => statement
        .Replace(Server.Limit, real.Limit, StringComparison.Ordinal)
        .Replace(Server.AwaitWriters, real.AwaitWriters, StringComparison.Ordinal);
}
