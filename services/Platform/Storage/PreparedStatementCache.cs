using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Mining.Platform.Storage;

/// <summary>
/// A connection that caches its prepared statements. The writer repeats the same few dozen statements, and preparing one is a large part of
/// the cost of a small statement. Not thread-safe, like every connection.
/// </summary>
public sealed class PreparedStatementCache(string connectionString) : SqliteConnection(connectionString)
{
    /// <summary>Maximum number of cached statements. Further ones are prepared on each run.</summary>
    public const int MaxCount = 256;

    private readonly Dictionary<string, SqliteCommand> idle = new(StringComparer.Ordinal);

    /// <summary>Number of cached statements that are not in use.</summary>
    public int Kept => idle.Count;

    protected override DbCommand CreateDbCommand() => new CachedCommand(this);

    protected override void Dispose(bool disposing)
    {
        foreach (var statement in idle.Values)
            statement.Dispose();
        idle.Clear();
        base.Dispose(disposing);
    }

    private SqliteCommand Take(string text)
    {
        if (idle.Remove(text, out var kept))
            return kept;
        var made = CreateCommand();
        made.CommandText = text;
        return made;
    }

    /// <summary>Two statements with the same text are in use only if one runs inside the other; only one of them is cached.</summary>
    private void GiveBack(SqliteCommand statement)
    {
        statement.Parameters.Clear();
        statement.Transaction = null;
        if (State != ConnectionState.Open || idle.Count >= MaxCount || !idle.TryAdd(statement.CommandText, statement))
            statement.Dispose();
    }

    /// <summary>
    /// A command that borrows the cached statement for its text while it runs. It must not do so earlier, because Dapper replaces the text
    /// when a parameter is a list.
    /// </summary>
    private sealed class CachedCommand(PreparedStatementCache owner) : DbCommand
    {
        private readonly SqliteCommand asked = owner.CreateCommand();
        private SqliteCommand? borrowed;

        [AllowNull]
        public override string CommandText { get => asked.CommandText; set => asked.CommandText = value; }

        public override int CommandTimeout { get => asked.CommandTimeout; set => asked.CommandTimeout = value; }

        public override CommandType CommandType { get => asked.CommandType; set => asked.CommandType = value; }

        public override bool DesignTimeVisible { get => asked.DesignTimeVisible; set => asked.DesignTimeVisible = value; }

        public override UpdateRowSource UpdatedRowSource { get => asked.UpdatedRowSource; set => asked.UpdatedRowSource = value; }

        protected override DbConnection? DbConnection { get => owner; set => throw new NotSupportedException("A statement cannot change its connection."); }

        protected override DbParameterCollection DbParameterCollection => asked.Parameters;

        protected override DbTransaction? DbTransaction { get => asked.Transaction; set => asked.Transaction = (SqliteTransaction?)value; }

        public override void Cancel() => borrowed?.Cancel();

        public override int ExecuteNonQuery() => Borrow().ExecuteNonQuery();

        public override object? ExecuteScalar() => Borrow().ExecuteScalar();

        public override void Prepare() => Borrow().Prepare();

        protected override DbParameter CreateDbParameter() => asked.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Borrow().ExecuteReader(behavior);

        protected override void Dispose(bool disposing)
        {
            GiveBack();
            if (disposing)
                asked.Dispose();
            base.Dispose(disposing);
        }

        private SqliteCommand Borrow()
        {
            GiveBack();
            borrowed = owner.Take(asked.CommandText);
            (borrowed.Transaction, borrowed.CommandTimeout) = (asked.Transaction, asked.CommandTimeout);
            foreach (SqliteParameter parameter in asked.Parameters)
            {
                // Dapper passes names without the '@', and SQLite's client would first search all parameters in vain.
                if (!parameter.ParameterName.StartsWith('@'))
                    parameter.ParameterName = $"@{parameter.ParameterName}";
                borrowed.Parameters.Add(parameter);
            }

            return borrowed;
        }

        private void GiveBack()
        {
            if (borrowed is { } used)
                owner.GiveBack(used);
            borrowed = null;
        }
    }
}
