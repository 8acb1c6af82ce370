using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Mining.Sql.Tests.Schema;

/// <summary>
/// Finds statements that need a batch of their own. A whole batch is bound to the schema before any of it runs, so a column that it adds
/// does not exist yet for the rest of it.
/// </summary>
internal static class Batches
{
    public static IEnumerable<string> Problems(TSqlBatch batch)
    {
        if (batch.Statements.Count > 1 && batch.Statements.Any(statement => statement is CreateSchemaStatement))
            yield return "CREATE SCHEMA needs a batch of its own.";
        var added = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var statement in batch.Statements)
        {
            var used = new Columns();
            statement.Accept(used);
            foreach (var name in used.Names.Where(added.Contains))
                yield return $"{name} is added in the same batch: separate the two with GO.";
            if (statement is AlterTableAddTableElementStatement addition)
                added.UnionWith(addition.Definition.ColumnDefinitions.Select(column => column.ColumnIdentifier.Value));
        }
    }

    private sealed class Columns : TSqlFragmentVisitor
    {
        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override void Visit(ColumnReferenceExpression node)
        {
            if (node.MultiPartIdentifier is { } name)
                Names.Add(name.Identifiers[^1].Value);
        }
    }
}
