using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>
/// Collects the accepted commands of one transaction and writes their audit entries in the same transaction, so that neither a change nor
/// its entry exists without the other. Several rows go into one statement to save round trips to the server.
/// </summary>
internal sealed class AcceptedWrites
{
    /// <summary>Maximum number of rows per statement. Small because SQLite's client searches all parameters for each name.</summary>
    public const int RowsAtOnce = 8;

    private const int ShortText = 4_000;

    private static readonly string[] Statements = [.. Enumerable.Range(0, RowsAtOnce + 1).Select(StatementFor)];

    private readonly List<AuditRow> rows = [];

    /// <summary>Discards the entries of a failed transaction.</summary>
    public void Clear() => rows.Clear();

    /// <summary>Adds a command.</summary>
    /// <param name="work">The finished command.</param>
    /// <param name="before">The head of the log before the command.</param>
    public void Add(UnitOfWork work, ChangeHead before)
    {
        var changed = work.Head.LastSequence > before.LastSequence;
        rows.Add(AuditRow.Of(work.Caller, work.Command.Method, work.Now) with
        {
            RequestId = work.Command.RequestId,
            Resource = work.FirstResource,
            FirstSequence = changed ? before.LastSequence + 1 : 0,
            LastSequence = changed ? work.Head.LastSequence : 0,
            Hash = changed ? work.Head.LastHash : [],
        });
    }

    /// <summary>Writes the rows.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction)
    {
        foreach (var some in rows.Chunk(RowsAtOnce))
            await connection.ExecuteAsync(Statements[some.Length], new Parameters(some), transaction);
    }

    private static string StatementFor(int count)
    {
        var sql = new StringBuilder($"INSERT INTO audit_entry ({AuditRow.Written}) VALUES ");
        for (var i = 0; i < count; i++)
        {
            sql.Append(
                CultureInfo.InvariantCulture,
                $"{(i > 0 ? ", " : "")}(@time{i}, @time{i}, @caller{i}, @sides{i}, @organisation{i}, @roles{i}, @method{i}, @requestId{i}, @resource{i}, 0, 0, '', '', 1, @first{i}, @last{i}, @hash{i})");
        }

        return sql.ToString();
    }

    /// <summary>The parameters of several rows, each suffixed with the row number.</summary>
    private sealed class Parameters(AuditRow[] rows) : SqlMapper.IDynamicParameters
    {
        public void AddParameters(IDbCommand command, SqlMapper.Identity identity)
        {
            for (var i = 0; i < rows.Length; i++)
                AddParameters(command, i, rows[i]);
        }

        private static void AddParameters(IDbCommand command, int row, AuditRow values)
        {
            RecordedTimeHandler.Set(Add("time"), values.EntryTime);
            Text("caller", values.Caller);
            Text("sides", values.Sides);
            Text("organisation", values.Organisation);
            Text("roles", values.Roles);
            Text("method", values.Method);
            Text("requestId", values.RequestId);
            Text("resource", values.Resource);
            Number("first", values.FirstSequence);
            Number("last", values.LastSequence);
            var hash = Add("hash");
            hash.DbType = DbType.Binary;
            hash.Value = values.Hash;

            // A fixed size gives the server one query plan for texts of any length.
            void Text(string name, string text)
            {
                var parameter = Add(name);
                parameter.DbType = DbType.String;
                parameter.Size = ShortText;
                parameter.Value = text;
            }

            void Number(string name, long number)
            {
                var parameter = Add(name);
                parameter.DbType = DbType.Int64;
                parameter.Value = number;
            }

            IDbDataParameter Add(string name)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@{name}{row}");
                command.Parameters.Add(parameter);
                return parameter;
            }
        }
    }
}
