using System.Data;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Mining.Sql.Tests.Recording;

namespace Mining.Sql.Tests.Schema;

/// <summary>
/// Finds parameters whose type differs from that of the column to which they are compared or written: a server converts some of them,
/// slowly and without using indexes, and refuses the rest.
/// </summary>
internal sealed class ParameterTypes : TSqlFragmentVisitor
{
    private readonly Dictionary<string, SqlDbType> parameters;
    private readonly ILookup<string, SqlDbType> columns;
    private readonly List<string> problems = [];
    private int comparedCount;

    private ParameterTypes(Statement statement, IEnumerable<CreateTableStatement> tables)
    {
        parameters = statement.Parameters.ToDictionary(parameter => "@" + parameter.Name, parameter => parameter.Type, StringComparer.OrdinalIgnoreCase);
        columns = (from table in tables
                   where statement.Sent.Contains(table.SchemaObjectName.BaseIdentifier.Value, StringComparison.OrdinalIgnoreCase)
                   from column in table.Definition.ColumnDefinitions
                   select (Name: column.ColumnIdentifier.Value, Type: TypeOf(column))).ToLookup(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The problems, and how many pairs of parameter and column were checked.</summary>
    public static (IReadOnlyList<string> Problems, int Looked) Check(Statement statement, IEnumerable<CreateTableStatement> tables)
    {
        var types = new ParameterTypes(statement, tables);
        Parsing.Parse(statement.Sent, out _).Accept(types);
        return (types.problems, types.comparedCount);
    }

    public override void Visit(BooleanComparisonExpression node)
    {
        Compare(node.FirstExpression, node.SecondExpression);
        Compare(node.SecondExpression, node.FirstExpression);
    }

    public override void Visit(InPredicate node)
    {
        foreach (var value in node.Values)
            Compare(node.Expression, value);
    }

    public override void Visit(LikePredicate node) => Compare(node.FirstExpression, node.SecondExpression);

    public override void Visit(AssignmentSetClause node) => Compare(node.Column, node.NewValue);

    public override void Visit(InsertSpecification node)
    {
        IEnumerable<IEnumerable<ScalarExpression>> rows = node.InsertSource switch
        {
            ValuesInsertSource values => values.RowValues.Select(row => row.ColumnValues),
            SelectInsertSource { Select: QuerySpecification query } => [query.SelectElements.OfType<SelectScalarExpression>().Select(element => element.Expression)],
            _ => [],
        };
        foreach (var (column, value) in rows.SelectMany(row => node.Columns.Zip(row)))
            Compare(column, value);
    }

    private void Compare(ScalarExpression left, ScalarExpression right)
    {
        if (left is not ColumnReferenceExpression { MultiPartIdentifier: { } name } || right is not VariableReference variable)
            return;
        comparedCount++;
        var types = columns[name.Identifiers[^1].Value].Distinct().ToList();
        var sent = parameters[variable.Name] == SqlDbType.Int ? SqlDbType.BigInt : parameters[variable.Name]; // converted on the way, so not the column's own type
        if (!types.Contains(sent))
            problems.Add($"{variable.Name} is sent as {sent}, and {name.Identifiers[^1].Value} is {string.Join(" or ", types)}.");
    }

    /// <summary>The parameter type for a column; a BIT takes 0 and 1 as the mesh sends them.</summary>
    private static SqlDbType TypeOf(ColumnDefinition column) => ((SqlDataTypeReference)column.DataType).SqlDataTypeOption switch
    {
        SqlDataTypeOption.BigInt or SqlDataTypeOption.Bit => SqlDbType.BigInt,
        SqlDataTypeOption.NVarChar => SqlDbType.NVarChar,
        SqlDataTypeOption.VarBinary => SqlDbType.VarBinary,
        SqlDataTypeOption.DateTime2 => SqlDbType.DateTime2,
        var other => throw new InvalidOperationException($"{column.ColumnIdentifier.Value}: {other} is not a type of the mesh."),
    };
}
