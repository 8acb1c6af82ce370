using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Mining.Platform.Storage;
using Mining.Sql.Tests.Recording;
using Assembly = System.Reflection.Assembly;

namespace Mining.Sql.Tests.Schema;

/// <summary>
/// The schema of one service after its migrations, as a DacFx model: what SQL Server would have in its catalogue. Statements are checked as
/// bodies of procedures, whose tables and columns DacFx binds like the server would.
/// </summary>
public sealed class SchemaModel
{
    private readonly List<string> definitions = [];

    public SchemaModel(IEnumerable<Migration> migrations)
    {
        var tables = new Dictionary<string, CreateTableStatement>(StringComparer.OrdinalIgnoreCase);
        foreach (var migration in migrations)
        {
            foreach (var statement in Parsing.Statements(migration.Sql))
            {
                // A model describes the final state, not the steps: an added column is written into its table.
                switch (statement)
                {
                    case CreateTableStatement table:
                        tables.Add(table.SchemaObjectName.BaseIdentifier.Value, table);
                        break;
                    case AlterTableAddTableElementStatement addition:
                        foreach (var column in addition.Definition.ColumnDefinitions)
                            tables[addition.SchemaObjectName.BaseIdentifier.Value].Definition.ColumnDefinitions.Add(column);
                        foreach (var constraint in addition.Definition.TableConstraints)
                            tables[addition.SchemaObjectName.BaseIdentifier.Value].Definition.TableConstraints.Add(constraint);
                        break;
                    case CreateIndexStatement:
                        definitions.Add(Parsing.Text(statement));
                        break;
                    case DropIndexStatement drop:
                        foreach (var clause in drop.DropIndexClauses.Cast<DropIndexClause>())
                            definitions.RemoveAll(definition => definition.StartsWith($"CREATE INDEX {clause.Index.Value} ", StringComparison.OrdinalIgnoreCase));
                        break;
                    default:
                        throw new InvalidOperationException($"{migration.Name}: the schema model does not support {statement.GetType().Name}: {Parsing.Text(statement)}");
                }
            }
        }

        definitions.InsertRange(0, tables.Values.Select(Parsing.Text));
        Tables = [.. tables.Values];
    }

    /// <summary>The final tables.</summary>
    public IReadOnlyList<CreateTableStatement> Tables { get; }

    /// <summary>The schema that the platform's scripts and those of an assembly create.</summary>
    public static SchemaModel Of(Assembly service) => new(Scripts.SqlServer(service));

    /// <summary>The problems of the schema itself.</summary>
    public IReadOnlyList<string> Problems()
    {
        using var model = Build();
        return [.. model.Validate().Select(message => message.ToString())];
    }

    /// <summary>The problems of each statement: it does not parse, or refers to unknown names.</summary>
    public IReadOnlyList<string>[] Check(IReadOnlyList<Statement> statements)
    {
        var problems = statements.Select(statement => Parsing.Problems(statement.Sent).ToList()).ToArray();
        using var model = Build();
        for (var i = 0; i < statements.Count; i++)
        {
            if (problems[i].Count > 0)
                continue;
            var declarations = statements[i].Declarations;
            try
            {
                model.AddOrUpdateObjects($"CREATE PROCEDURE dbo.{Name(i)} {declarations} AS {statements[i].Sent}", Name(i), new TSqlObjectOptions());
            }
            catch (DacModelException exception)
            {
                // An invalid statement blocks all others, so it is removed again.
                problems[i].Add(exception.Message);
                model.DeleteObjects(Name(i));
            }
        }

        foreach (var message in model.Validate())
        {
            var culprit = Enumerable.Range(0, statements.Count).FirstOrDefault(i => message.Message.Contains($"[{Name(i)}]", StringComparison.Ordinal), -1);
            if (culprit < 0)
                throw new InvalidOperationException($"The schema itself is invalid: {message}");
            problems[culprit].Add(message.ToString());
        }

        return problems;
    }

    private static string Name(int number) => $"statement_{number}";

    private TSqlModel Build()
    {
        var model = new TSqlModel(SqlServerVersion.Sql150, new TSqlModelOptions { Collation = "SQL_Latin1_General_CP1_CI_AS" });
        foreach (var definition in definitions)
            model.AddObjects(definition);
        return model;
    }
}
