using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Mining.Sql.Tests.Schema;

/// <summary>Reads T-SQL with the official parser, as SQL Server 2019 takes it; what later ones and Azure SQL alone understand is refused.</summary>
public static class Parsing
{
    /// <summary>The statements of a script.</summary>
    public static IReadOnlyList<TSqlStatement> Statements(string sql)
    {
        var script = (TSqlScript)Parse(sql, out var errors);
        return errors.Count == 0
            ? [.. script.Batches.SelectMany(batch => batch.Statements)]
            : throw new FormatException($"line {errors[0].Line}: {errors[0].Message}");
    }

    /// <summary>What is wrong with a statement, before any schema is looked at.</summary>
    public static IEnumerable<string> Problems(string sql)
    {
        var script = Parse(sql, out var errors);
        if (errors.Count > 0)
            return errors.Select(error => $"line {error.Line}, column {error.Column}: {error.Message}");
        var keptAwayFrom = new KeptAwayFrom();
        script.Accept(keptAwayFrom);
        return keptAwayFrom.Problems;
    }

    /// <summary>A statement as text.</summary>
    public static string Text(TSqlFragment fragment)
    {
        new Sql150ScriptGenerator().GenerateScript(fragment, out var text);
        return text;
    }

    /// <summary>A script or statement as a tree.</summary>
    public static TSqlFragment Parse(string sql, out IList<ParseError> errors) => new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out errors);
}

/// <summary>
/// Finds what parses and yet must not be there: what only one of the servers does on which the mesh runs, and lists of different lengths.
/// </summary>
internal sealed class KeptAwayFrom : TSqlFragmentVisitor
{
    public List<string> Problems { get; } = [];

    public override void Visit(MergeStatement node) => Problems.Add("MERGE: write UPDATE, then INSERT … WHERE NOT EXISTS.");

    public override void Visit(CreateOrAlterProcedureStatement node) => Problems.Add("CREATE OR ALTER is not known everywhere.");

    public override void Visit(WaitForStatement node) => Problems.Add("WAITFOR is not known everywhere.");

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
        if (node.FunctionName.Value.ToUpperInvariant() is not ("COUNT" or "SUM" or "MAX" or "MIN"))
            Problems.Add($"{node.FunctionName.Value}: the function is not one that both databases have.");
    }
}
