using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Mining.Sql.Tests.Schema;

/// <summary>
/// Finds SQL that parses but is not allowed: syntax that only one of the supported servers has, and lists of different lengths.
/// </summary>
/// <param name="isForTheServerAlone">Functions and types that only a server has are allowed.</param>
internal sealed class UnsupportedSyntax(bool isForTheServerAlone) : TSqlFragmentVisitor
{
    private const string Everywhere = "is not known everywhere.";

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
        Problems.Add("ALTER DATABASE stands in an EXEC: a server that cannot parse it would refuse all that stands beside it.");

    public override void Visit(DataModificationStatement node)
    {
        if (node.WithCtesAndXmlNamespaces is not null)
            Problems.Add("A common table expression is not written through: name the table.");
    }

    public override void Visit(SelectSetVariable node) => Problems.Add("SELECT @x = …: which row it is of, and whether it adds up, is not the same everywhere.");

    public override void Visit(GlobalVariableExpression node) => Problems.Add($"{node.Name}: the code counts the rows, and keeps no state in the session.");

    public override void Visit(ExecuteInsertSource node) => Problems.Add($"INSERT … EXEC {Everywhere}");

    public override void Visit(TableReference node)
    {
        if (node is not (NamedTableReference or QualifiedJoin))
            Problems.Add($"{Parsing.Text(node)} in the place of a table {Everywhere}");
    }

    public override void Visit(PrimaryExpression node)
    {
        if (node.Collation is not null)
            Problems.Add("COLLATE: the column says how it compares, and its indexes with it.");
    }

    /// <summary>
    /// One server ignores most hints, so correctness must not depend on one; the single exception is documented where it is used.
    /// </summary>
    public override void Visit(TableHint node)
    {
        if (node.HintKind != TableHintKind.ReadCommittedLock)
            Problems.Add($"{node.HintKind}: a hint is ignored somewhere. The statement itself has to be the guard.");
    }

    public override void Visit(OptimizerHint node) => Problems.Add($"OPTION ({node.HintKind}): a hint is ignored somewhere.");

    public override void Visit(SqlDataTypeReference node)
    {
        if (!isForTheServerAlone && !Types.Contains(node.SqlDataTypeOption))
            Problems.Add($"{node.SqlDataTypeOption}: its digits, its order or its length are not the same everywhere.");
    }

    public override void Visit(AlterTableAlterColumnStatement node) => Problems.Add("ALTER COLUMN: add a column, and fill it.");

    public override void Visit(AlterTableAddTableElementStatement node)
    {
        if (node.Definition.ColumnDefinitions.Count + node.Definition.TableConstraints.Count != 1)
            Problems.Add("ALTER TABLE ADD: one column or constraint in each statement.");
    }

    public override void Visit(TableDefinition node)
    {
        if (node.Indexes.Count > 0 || node.ColumnDefinitions.Any(column => column.Index is not null))
            Problems.Add("An index stands in a CREATE INDEX of its own.");
    }

    public override void Visit(ConstraintDefinition node)
    {
        if (node.ConstraintIdentifier is null && node is not NullableConstraintDefinition)
            Problems.Add($"A constraint without a name cannot be told from others when it is broken: {Parsing.Text(node)}");
    }

    public override void Visit(OutputClause node) => Problems.Add("OUTPUT: the count of rows that the code looks at is not to be relied on then.");

    public override void Visit(OutputIntoClause node) => Problems.Add("OUTPUT: the count of rows that the code looks at is not to be relied on then.");

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
            Problems.Add($"{node.FunctionName.Value}: the function is not one that both databases have.");
    }
}
