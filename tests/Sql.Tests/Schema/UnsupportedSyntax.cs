using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Mining.Sql.Tests.Schema;

/// <summary>
/// Finds SQL that parses but is not allowed: syntax that only one of the supported servers has, and lists of different lengths.
/// </summary>
/// <param name="isForTheServerAlone">Functions and types that only a server has are allowed.</param>
internal sealed class UnsupportedSyntax(bool isForTheServerAlone) : TSqlFragmentVisitor
{
    private const string Everywhere = "is not supported by all servers.";

    private static readonly SqlDataTypeOption[] Types =
        [SqlDataTypeOption.BigInt, SqlDataTypeOption.Bit, SqlDataTypeOption.DateTime2, SqlDataTypeOption.NVarChar, SqlDataTypeOption.VarBinary];

    public List<string> Problems { get; } = [];

    public override void Visit(MergeStatement node) => Problems.Add("MERGE: write UPDATE, then INSERT … WHERE NOT EXISTS.");

    public override void Visit(CreateOrAlterProcedureStatement node) => Problems.Add($"CREATE OR ALTER {Everywhere}");

    public override void Visit(CreateOrAlterFunctionStatement node) => Problems.Add($"CREATE OR ALTER {Everywhere}");

    public override void Visit(CreateOrAlterTriggerStatement node) => Problems.Add($"CREATE OR ALTER {Everywhere}");

    public override void Visit(CreateOrAlterViewStatement node) => Problems.Add($"CREATE OR ALTER {Everywhere}");

    public override void Visit(WaitForStatement node) => Problems.Add($"WAITFOR {Everywhere}");

    public override void Visit(CreateSynonymStatement node) => Problems.Add($"A synonym {Everywhere}");

    public override void Visit(SystemVersioningTableOption node) => Problems.Add($"A temporal table {Everywhere}");

    public override void Visit(SystemTimePeriodDefinition node) => Problems.Add($"A temporal table {Everywhere}");

    public override void Visit(TemporalClause node) => Problems.Add($"A temporal table {Everywhere}");

    public override void Visit(AlterDatabaseStatement node) =>
        Problems.Add("Run ALTER DATABASE in an EXEC: a server that cannot parse it would refuse the whole batch.");

    public override void Visit(DataModificationStatement node)
    {
        if (node.WithCtesAndXmlNamespaces is not null)
            Problems.Add("Do not write through a common table expression; name the table.");
    }

    public override void Visit(SelectSetVariable node) => Problems.Add("SELECT @x = …: which row it is of, and whether it adds up, is not the same everywhere.");

    public override void Visit(GlobalVariableExpression node) => Problems.Add($"{node.Name}: the client reports row counts, and the session must keep no state.");

    public override void Visit(ExecuteInsertSource node) => Problems.Add($"INSERT … EXEC {Everywhere}");

    public override void Visit(TableReference node)
    {
        if (node is not (NamedTableReference or QualifiedJoin))
            Problems.Add($"{Parsing.Text(node)} as a table {Everywhere}");
    }

    public override void Visit(PrimaryExpression node)
    {
        if (node.Collation is not null)
            Problems.Add("COLLATE: the column and its indexes already have a collation.");
    }

    /// <summary>
    /// One server ignores most hints, so correctness must not depend on one; the single exception is documented where it is used.
    /// </summary>
    public override void Visit(TableHint node)
    {
        if (node.HintKind != TableHintKind.ReadCommittedLock)
            Problems.Add($"{node.HintKind}: some servers ignore hints. The statement itself must guarantee correctness.");
    }

    public override void Visit(OptimizerHint node) => Problems.Add($"OPTION ({node.HintKind}): some servers ignore hints.");

    public override void Visit(SqlDataTypeReference node)
    {
        if (!isForTheServerAlone && !Types.Contains(node.SqlDataTypeOption))
            Problems.Add($"{node.SqlDataTypeOption}: its precision, order or length differs between servers.");
    }

    public override void Visit(AlterTableAlterColumnStatement node) => Problems.Add("ALTER COLUMN: add a new column and fill it instead.");

    public override void Visit(AlterTableAddTableElementStatement node)
    {
        if (node.Definition.ColumnDefinitions.Count + node.Definition.TableConstraints.Count != 1)
            Problems.Add("ALTER TABLE ADD: only one column or constraint per statement.");
    }

    public override void Visit(TableDefinition node)
    {
        if (node.Indexes.Count > 0 || node.ColumnDefinitions.Any(column => column.Index is not null))
            Problems.Add("Create each index with its own CREATE INDEX.");
    }

    public override void Visit(ConstraintDefinition node)
    {
        if (node.ConstraintIdentifier is null && node is not NullableConstraintDefinition)
            Problems.Add($"Name the constraint, so that its violation can be identified: {Parsing.Text(node)}");
    }

    public override void Visit(OutputClause node) => Problems.Add("OUTPUT: it makes the row count unreliable, on which the code depends.");

    public override void Visit(OutputIntoClause node) => Problems.Add("OUTPUT: it makes the row count unreliable, on which the code depends.");

    public override void Visit(InsertSpecification node)
    {
        var given = node.InsertSource switch
        {
            ValuesInsertSource values => values.RowValues.Select(row => row.ColumnValues.Count).Distinct().ToList(),
            SelectInsertSource { Select: QuerySpecification query } => [query.SelectElements.Count],
            _ => [],
        };
        if (given is not [var count] || count != node.Columns.Count)
            Problems.Add($"INSERT names {node.Columns.Count} columns and gives {string.Join(" or ", given)} values.");
    }

    public override void Visit(BinaryQueryExpression node)
    {
        if (node is { FirstQueryExpression: QuerySpecification first, SecondQueryExpression: QuerySpecification second }
            && first.SelectElements.Count != second.SelectElements.Count)
        {
            Problems.Add($"UNION of {first.SelectElements.Count} and {second.SelectElements.Count} columns.");
        }
    }

    public override void Visit(SelectStarExpression node)
    {
        Problems.Add("SELECT *: a column that is added must not change what is read.");
    }

    public override void Visit(FunctionCall node)
    {
        if (!isForTheServerAlone && node.FunctionName.Value.ToUpperInvariant() is not ("COUNT" or "SUM" or "MAX" or "MIN"))
            Problems.Add($"{node.FunctionName.Value}: not both databases have this function.");
    }
}
