// At stake: the schema. The scripts for SQL Server are parsed and built as a model; both databases must have the same tables with the same
// columns, keys and constraints; and a later script may only add, because the previous version keeps writing while it runs.
using Dapper;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Mining.Platform.Storage;
using Mining.Sql.Tests.Scenarios;
using Mining.Sql.Tests.Schema;
using Mining.Testing;
using Xunit;

namespace Mining.Sql.Tests;

public sealed class MigrationTests
{
    private const string Collation = "Latin1_General_100_BIN2";

    /// <summary>The date of the first release: later scripts run on a live mesh.</summary>
    private const string FirstRelease = "2026-11-22";

    public static TheoryData<string> Services => [.. Collected.All.Select(service => service.Name)];

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_script_parses_and_the_schema_is_complete(string service)
    {
        var scripts = Scripts.SqlServer(Of(service).Assembly);
        Assert.All(scripts, script => Assert.True(!Parsing.Problems(script.Sql).Any(), $"{script.Name}: {string.Join(" ", Parsing.Problems(script.Sql))}"));
        Assert.Equal([], SchemaModel.Of(Of(service).Assembly).Problems());
        Testing.TestReport.WriteLine($"T-SQL: {service}: {scripts.Count} scripts, {SchemaModel.Of(Of(service).Assembly).Tables.Count} tables");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Texts_compare_by_code_points_and_times_are_exact(string service)
    {
        foreach (var table in SchemaModel.Of(Of(service).Assembly).Tables)
        {
            foreach (var column in table.Definition.ColumnDefinitions)
            {
                var (name, type) = ($"{table.SchemaObjectName.BaseIdentifier.Value}.{column.ColumnIdentifier.Value}", Parsing.Text(column.DataType));
                Assert.True(type is "BIGINT" or "BIT" or "DATETIME2 (6)" || type.StartsWith("NVARCHAR", StringComparison.Ordinal) || type.StartsWith("VARBINARY", StringComparison.Ordinal), $"{name} is {type}");
                Assert.True(column.Constraints.OfType<NullableConstraintDefinition>().Any(), $"{name} does not specify NULL or NOT NULL");
                if (type.StartsWith("NVARCHAR", StringComparison.Ordinal))
                    Assert.True(column.Collation?.Value == Collation, $"{name} has no {Collation}");
                if (column.ColumnIdentifier.Value.EndsWith("_time", StringComparison.Ordinal))
                    Assert.Equal("DATETIME2 (6)", type);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void No_key_exceeds_the_servers_limit(string service) => Assert.Equal([], KeySizes.TooLong(Scripts.SqlServer(Of(service).Assembly)));

    [Theory]
    [InlineData("CREATE TABLE a (b NVARCHAR(300) NOT NULL, c NVARCHAR(151) NOT NULL, CONSTRAINT pk_a PRIMARY KEY (b, c))", "pk_a")]
    [InlineData("CREATE TABLE a (b NVARCHAR(451) NOT NULL CONSTRAINT pk_a PRIMARY KEY)", "pk_a")]
    [InlineData("CREATE TABLE a (b NVARCHAR(851) NOT NULL); CREATE INDEX ix_a ON a (b)", "ix_a")]
    [InlineData("CREATE TABLE a (b VARBINARY(MAX) NOT NULL); CREATE INDEX ix_a ON a (b)", "ix_a")]
    [InlineData("CREATE TABLE a (b NVARCHAR(847) NOT NULL, c BIGINT NOT NULL CONSTRAINT uq_a UNIQUE (b, c))", "uq_a")]
    public void A_too_long_key_is_detected(string script, string name) =>
        Assert.Contains($"{name} ", Assert.Single(KeySizes.TooLong([new Migration("one", script)])), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Both_databases_have_the_same_scripts_tables_and_columns(string service)
    {
        var assembly = Of(service).Assembly;
        Assert.Equal(
            Scripts.Of(assembly, "Sqlite").Select(script => script.Name.Replace(".Sqlite.", ".SqlServer.", StringComparison.Ordinal)),
            Scripts.SqlServer(assembly).Select(script => script.Name));

        using var disk = TestStorage.Sqlite.Make(service);
        var sqlite = disk.Open();
        sqlite.Migrate(assembly);
        var ofSqlite = await sqlite.Read(
            connection => connection.QueryAsync<string>(
                """
                SELECT t.name || '.' || c.name || CASE WHEN c."notnull" = 1 THEN ' NOT NULL' ELSE '' END
                FROM sqlite_master t JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table' AND t.name <> 'SchemaVersions' AND t.name NOT LIKE 'sqlite%' ORDER BY 1
                """),
            CancellationToken.None);
        var ofServer = SchemaModel.Of(assembly).Tables.SelectMany(table => table.Definition.ColumnDefinitions.Select(column =>
            $"{table.SchemaObjectName.BaseIdentifier.Value}.{column.ColumnIdentifier.Value}"
            + (column.Constraints.OfType<NullableConstraintDefinition>().Any(constraint => !constraint.Nullable) ? " NOT NULL" : "")));
        Assert.Equal(ofSqlite, ofServer.Order(StringComparer.Ordinal));

        // On both databases, violations are told apart by constraint name.
        Assert.Equal(ConstraintsOf(assembly, "Sqlite"), ConstraintsOf(assembly, "SqlServer"));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_later_script_only_adds(string service)
    {
        foreach (var script in Scripts.SqlServer(Of(service).Assembly).Where(script => !script.Name.Contains($".{FirstRelease}-", StringComparison.Ordinal)))
        {
            Assert.All(Parsing.Statements(script.Sql), statement => Assert.True(OnlyAdds(statement), $"{script.Name}: {Parsing.Text(statement)}"));
        }
    }

    [Fact]
    public void A_script_that_does_more_than_add_is_detected()
    {
        Assert.False(OnlyAdds(Parsing.Statements("ALTER TABLE a ADD b INT NOT NULL").Single()));
        Assert.False(OnlyAdds(Parsing.Statements("ALTER TABLE a DROP COLUMN b").Single()));
        Assert.False(OnlyAdds(Parsing.Statements("DROP TABLE a").Single()));
        Assert.False(OnlyAdds(Parsing.Statements("CREATE UNIQUE INDEX ux_a ON a (b)").Single()));
        Assert.False(OnlyAdds(Parsing.Statements("UPDATE a SET b = 1").Single()));
        Assert.False(OnlyAdds(Parsing.Statements("DROP INDEX ux_a ON a").Single()));
        Assert.True(OnlyAdds(Parsing.Statements("DROP INDEX ix_a ON a").Single()));
        Assert.True(OnlyAdds(Parsing.Statements("ALTER TABLE a ADD b INT NOT NULL CONSTRAINT df_a_b DEFAULT 0").Single()));
    }

    /// <summary>
    /// Whether the previous version can continue unaffected: it names its columns, and columns that it does not name have a default.
    /// </summary>
    private static bool OnlyAdds(TSqlStatement statement) => statement switch
    {
        CreateTableStatement => true,
        CreateIndexStatement index => !index.Unique,
        // Indexes for speed only; the previous version may rely on a unique one.
        DropIndexStatement drop => drop.DropIndexClauses.Cast<DropIndexClause>().All(clause => clause.Index.Value.StartsWith("ix_", StringComparison.Ordinal)),
        AlterTableAddTableElementStatement addition => addition.Definition.TableConstraints.Count == 0 && addition.Definition.ColumnDefinitions.All(
            column => column.DefaultConstraint is not null || column.Constraints.OfType<NullableConstraintDefinition>().Any(constraint => constraint.Nullable)),
        _ => false,
    };

    private static IEnumerable<string> ConstraintsOf(System.Reflection.Assembly assembly, string folder) =>
        Scripts.Of(assembly, folder)
            .SelectMany(script => System.Text.RegularExpressions.Regex.Matches(script.Sql, @"CONSTRAINT\s+(\w+)").Select(match => match.Groups[1].Value))
            .Order(StringComparer.Ordinal);

    private static Collected Of(string service) => Collected.All.Single(entry => entry.Name == service);
}
