using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Bench.Frame;
using Mining.Platform.Storage;

namespace Mining.Bench.Data;

/// <summary>
/// The rows that a service's latest writes left in its database, to be inserted again without the service: with prepared statements, into
/// new tables created by the service's own scripts, in transactions with the same durability.
/// </summary>
internal sealed class SameRows : IDisposable
{
    /// <summary>The tables into which creating a project inserts one row each.</summary>
    private static readonly string[] Tables = ["change_log", "project", "project_kind", "request", "audit_entry"];

    /// <summary>The highest number of writes to read.</summary>
    private const int MaxCount = 20_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mining-bench-");
    private readonly Assembly scripts;
    private readonly IReadOnlyList<Table> tables;

    private SameRows(IReadOnlyList<Table> tables, Assembly scripts) => (this.tables, this.scripts) = (tables, scripts);

    /// <summary>Reads the newest rows of a service's database, beside the service.</summary>
    /// <param name="file">The database.</param>
    /// <param name="scripts">The service's scripts.</param>
    public static SameRows Of(string file, Assembly scripts)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return new SameRows([.. Tables.Select(name => Table.Read(connection, name, MaxCount))], scripts);
    }

    /// <summary>Writes per second, and the median time of a transaction.</summary>
    public (double PerSecond, double Median_ms) Insert(int writesPerTransaction, TimeSpan length)
    {
        var file = Path.Combine(folder.FullName, $"{writesPerTransaction}.db");
        new SqliteDatabase($"Data Source={file};Pooling=False", NullLogger<SqliteDatabase>.Instance).Migrate(scripts);
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Foreign Keys=True");
        connection.Open();
        Execute(connection, "PRAGMA synchronous=FULL;");
        using var inserts = new Inserts(connection, tables);
        var count = tables.Min(table => table.Rows.Count) / writesPerTransaction * writesPerTransaction;
        var written = 0;
        var times = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        while (written < count && Stopwatch.GetElapsedTime(begin) < length)
        {
            times.Add(Stage.Milliseconds(() =>
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                for (var i = 0; i < writesPerTransaction; i++, written++)
                    inserts.Run(written, transaction);
                transaction.Commit();
            }));
        }

        return (written / Stopwatch.GetElapsedTime(begin).TotalSeconds, Ratio.Median(times));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A table's columns and newest rows, in insertion order.</summary>
    private sealed record Table(string Name, IReadOnlyList<string> Columns, IReadOnlyList<object[]> Rows)
    {
        public static Table Read(SqliteConnection connection, string name, int most)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM (SELECT rowid AS place, * FROM {name} ORDER BY rowid DESC LIMIT $most) ORDER BY place";
            command.Parameters.AddWithValue("$most", most);
            using var reader = command.ExecuteReader();
            var columns = Enumerable.Range(1, reader.FieldCount - 1).Select(reader.GetName).ToList();
            var rows = new List<object[]>();
            while (reader.Read())
                rows.Add([.. Enumerable.Range(1, columns.Count).Select(reader.GetValue)]);
            return new Table(name, columns, rows);
        }
    }

    /// <summary>The prepared statements, one per table.</summary>
    private sealed class Inserts : IDisposable
    {
        private readonly List<(Table Table, SqliteCommand Command)> statements = [];

        public Inserts(SqliteConnection connection, IReadOnlyList<Table> tables)
        {
            foreach (var table in tables)
            {
                var command = connection.CreateCommand();
                command.CommandText = string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns)}) VALUES ({string.Join(", ", table.Columns.Select(column => "$" + column))})");
                foreach (var column in table.Columns)
                    command.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
                statements.Add((table, command));
            }
        }

        public void Run(int write, SqliteTransaction transaction)
        {
            foreach (var (table, command) in statements)
            {
                command.Transaction = transaction;
                for (var column = 0; column < table.Columns.Count; column++)
                    command.Parameters[column].Value = table.Rows[write][column];
                command.ExecuteNonQuery();
            }
        }

        public void Dispose() => statements.ForEach(statement => statement.Command.Dispose());
    }
}
