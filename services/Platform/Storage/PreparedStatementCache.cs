using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Mining.Platform.Storage;

/// <summary>
/// A connection that keeps the statements that it has run. The one writer says the same few dozen over and over, and to
/// prepare each anew is a good part of what a small one costs. For one user at a time, as every connection.
/// </summary>
public sealed class PreparedStatementCache(string connectionString) : SqliteConnection(connectionString)
{
    /// <summary>How many are kept at most; one more is prepared each time that it is run.</summary>
    public const int MaxCount = 256;

    private readonly Dictionary<string, SqliteCommand> idle = new(StringComparer.Ordinal);

    /// <summary>How many are kept now, and not in use.</summary>
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

    /// <summary>Two of the same text are in use only where one runs within the other; then one is kept.</summary>
    private void GiveBack(SqliteCommand statement)
    {
        statement.Parameters.Clear();
        statement.Transaction = null;
        if (State != ConnectionState.Open || idle.Count >= MaxCount || !idle.TryAdd(statement.CommandText, statement))
            statement.Dispose();
    }

    /// <summary>
    /// What is asked, until it is run: then it borrows the statement of its text, up to its end. Not before, for Dapper puts a longer text
    /// in the place of the first one when a parameter is a list.
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
                // Dapper gives names without their sign, which SQLite's client first looks for among all, and in vain.
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
