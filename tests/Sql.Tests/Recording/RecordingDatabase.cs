using System.Data;
using System.Data.Common;
using System.Reflection;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Storage;

namespace Mining.Sql.Tests.Recording;

/// <summary>
/// What the code takes for SQL Server: it speaks that dialect, and notes every statement with its parameters as the client of SQL Server
/// would send them. What answers is SQLite, so that the code goes on as it does in production; for that, the few words of the dialect
/// are put back into SQLite's.
/// </summary>
public sealed class RecordingDatabase(Database real, Action<string, string, IReadOnlyList<Parameter>> note) : Database
{
    private static readonly SqlServerDatabase Server = new("Server=nowhere;Database=none", TimeProvider.System, NullLogger<SqlServerDatabase>.Instance);

    public override string Limit => Server.Limit;

    public override string AwaitWriters => Server.AwaitWriters;

    /// <summary>True: it is taken for a file, in the dialect of a server; for what is done with a file alone, in words that both know.</summary>
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

    /// <summary>What a server would take in bulk, row by row; it is no statement.</summary>
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

    /// <summary>The statement as SQLite understands it.</summary>
    internal string ToSqlite(string statement) => statement
        .Replace(Server.Limit, real.Limit, StringComparison.Ordinal)
        .Replace(Server.AwaitWriters, real.AwaitWriters, StringComparison.Ordinal);
}
