using Microsoft.SqlServer.TransactSql.ScriptDom;
using Mining.Platform.Storage;

namespace Mining.Sql.Tests.Schema;

/// <summary>
/// Finds keys longer than SQL Server's limits: 900 bytes for a clustered key and 1 700 for others. The server only warns when the index is
/// created, and later refuses the first row that is too long.
/// </summary>
internal static class KeySizes
{
    private const int MaxPrimary = 900;
    private const int MaxOther = 1_700;

    public static IReadOnlyList<string> TooLong(IReadOnlyList<Migration> migrations)
    {
        var columns = new SchemaModel(migrations).Tables.ToDictionary(
            table => table.SchemaObjectName.BaseIdentifier.Value,
            table => table.Definition.ColumnDefinitions.ToDictionary(column => column.ColumnIdentifier.Value, Bytes, StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
        return
        [
            .. from migration in migrations
               from statement in Parsing.Statements(migration.Sql)
               from key in Keys(statement)
               let bytes = key.Columns.Sum(column => columns[key.Table][column])
               where bytes > key.MaxCount
               select $"{key.Name} of {key.Table} may be {bytes} bytes long, and no more than {key.MaxCount}",
        ];
    }

    private static IEnumerable<(string Table, string Name, IEnumerable<string> Columns, long MaxCount)> Keys(TSqlStatement statement) => statement switch
    {
        CreateIndexStatement index => [(index.OnName.BaseIdentifier.Value, index.Name.Value, Names(index.Columns), MaxOther)],
        CreateTableStatement table => KeysOf(table),
        _ => [],
    };

    private static IEnumerable<(string Table, string Name, IEnumerable<string> Columns, long MaxCount)> KeysOf(CreateTableStatement table) =>
        from entry in table.Definition.ColumnDefinitions.SelectMany(column => column.Constraints.Select(constraint => (Column: column.ColumnIdentifier.Value, Constraint: constraint)))
            .Concat(table.Definition.TableConstraints.Select(constraint => (Column: "", Constraint: constraint)))
        where entry.Constraint is UniqueConstraintDefinition
        let key = (UniqueConstraintDefinition)entry.Constraint
        select (table.SchemaObjectName.BaseIdentifier.Value, key.ConstraintIdentifier.Value,
            key.Columns.Count > 0 ? Names(key.Columns) : [entry.Column], key.IsPrimaryKey ? MaxPrimary : (long)MaxOther);

    private static IEnumerable<string> Names(IEnumerable<ColumnWithSortOrder> columns) => columns.Select(column => column.Column.MultiPartIdentifier.Identifiers[^1].Value);

    private static long Bytes(ColumnDefinition column)
    {
        var type = (SqlDataTypeReference)column.DataType;
        return type.SqlDataTypeOption switch
        {
            SqlDataTypeOption.NVarChar => Length() * 2,
            SqlDataTypeOption.VarBinary => Length(),
            SqlDataTypeOption.Bit => 1,
            _ => sizeof(long),
        };

        long Length() => type.Parameters[0] is IntegerLiteral length ? int.Parse(length.Value, System.Globalization.CultureInfo.InvariantCulture) : int.MaxValue;
    }
}
