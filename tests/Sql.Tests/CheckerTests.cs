// At stake: a check that passes whatever it is given. Each column and table in each statement is misspelt once, and SQLite-only syntax is
// put into each: the check must find it every time.
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Mining.Sql.Tests.Recording;
using Mining.Sql.Tests.Scenarios;
using Mining.Sql.Tests.Schema;
using Xunit;

namespace Mining.Sql.Tests;

public sealed class CheckerTests
{
    /// <summary>SQLite-only syntax, as a change of a statement; returns the same text if not applicable.</summary>
    private static readonly (string Name, Func<string, string> Put)[] OnlySqlite =
    [
        ("LIMIT", statement => statement + " LIMIT 10"),
        ("LIMIT instead of FETCH", statement => statement.Replace("OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY", "LIMIT @limit", StringComparison.Ordinal)),
        ("INSERT OR IGNORE", statement => statement.Replace("INSERT INTO", "INSERT OR IGNORE INTO", StringComparison.Ordinal)),
        ("ON CONFLICT", statement => statement.StartsWith("INSERT", StringComparison.Ordinal) ? statement + " ON CONFLICT DO NOTHING" : statement),
        ("RETURNING", statement => statement.StartsWith("UPDATE", StringComparison.Ordinal) ? statement + " RETURNING *" : statement),
        ("a blob", statement => statement.Replace("@State", "x'00'", StringComparison.Ordinal)),
        ("TRUE", statement => statement.Replace("released = 0", "released IS FALSE", StringComparison.Ordinal)),
        ("a function", statement => statement.Replace("MAX(format)", "IFNULL(MAX(format), 0)", StringComparison.Ordinal)),
        ("a parameter without @", statement => statement.Replace("= @name", "= :name", StringComparison.Ordinal)),
        ("two joined by ||", statement => statement.Replace("ORDER BY name", "ORDER BY name || ''", StringComparison.Ordinal)),
    ];

    [Fact]
    public async Task A_wrong_column_or_table_in_any_statement_is_detected()
    {
        var all = await Collected.Distinct();
        var (columns, tables) = (0, 0);
        var unseen = new List<string>();
        foreach (var service in Collected.All)
        {
            var wrong = new List<Statement>();
            foreach (var statement in all.Where(statement => statement.Service == service.Name))
            {
                var names = Names.In(statement.Sent);
                Assert.NotEmpty(names.Tables);
                columns += names.Columns.Count;
                tables += names.Tables.Count;
                wrong.AddRange(names.Columns.Concat(names.Tables).Select(name => statement with { Sent = statement.Sent.Insert(name.StartOffset + name.FragmentLength, "x") }));
            }

            var problems = SchemaModel.Of(service.Assembly).Check(wrong);
            unseen.AddRange(wrong.Zip(problems).Where(pair => pair.Second.Count == 0).Select(pair => pair.First.Sent));
        }

        Testing.TestReport.WriteLine($"T-SQL: {columns} columns and {tables} tables were misspelt, one at a time; {unseen.Count} were not detected");
        Assert.True(unseen.Count == 0, string.Join("\n", unseen));
        Assert.True(columns > 200 && tables > 50, $"Only {columns} columns and {tables} tables were tried.");
    }

    [Fact]
    public async Task SQLite_only_syntax_in_any_statement_is_detected()
    {
        var all = await Collected.Distinct();
        foreach (var (name, put) in OnlySqlite)
        {
            var changed = all.Select(statement => (statement.Sent, Put: put(statement.Sent))).Where(pair => pair.Put != pair.Sent).ToList();
            Assert.True(changed.Count > 0, $"{name} applies to no statement.");
            Assert.All(changed, pair => Assert.True(Parsing.Problems(pair.Put).Any(), $"{name} is not detected in: {pair.Put}"));
        }
    }

    [Theory]
    [InlineData("SELECT * FROM project")]
    [InlineData("INSERT INTO project_kind (project, kind) VALUES (@Name)")]
    [InlineData("INSERT INTO project_kind (project, kind) SELECT 'a' WHERE NOT EXISTS (SELECT 1 FROM project)")]
    [InlineData("SELECT name FROM project UNION ALL SELECT name, version FROM project")]
    [InlineData("UPDATE project SET version = 2 OUTPUT inserted.version WHERE name = @name")]
    [InlineData("MERGE project AS p USING project AS q ON p.name = q.name WHEN MATCHED THEN DELETE;")]
    [InlineData("WAITFOR DELAY '00:00:01'")]
    [InlineData("ALTER TABLE project ADD a INT NULL, b INT NULL")]
    [InlineData("ALTER TABLE project ALTER COLUMN version INT NOT NULL")]
    [InlineData("CREATE TABLE a (b INT NOT NULL PRIMARY KEY)")]
    [InlineData("CREATE TABLE a (b INT NOT NULL CONSTRAINT pk_a PRIMARY KEY, INDEX ix_a (b))")]
    [InlineData("CREATE OR ALTER PROCEDURE a AS SELECT 1")]
    [InlineData("CREATE OR ALTER VIEW a AS SELECT name FROM project")]
    [InlineData("CREATE OR ALTER FUNCTION a () RETURNS BIGINT AS BEGIN RETURN 1 END")]
    [InlineData("CREATE OR ALTER TRIGGER a ON project AFTER INSERT AS DELETE FROM project_kind")]
    [InlineData("CREATE SYNONYM a FOR project")]
    [InlineData("SELECT name FROM project FOR SYSTEM_TIME AS OF '2026-11-22'")]
    [InlineData("CREATE TABLE a (b BIGINT NOT NULL CONSTRAINT pk_a PRIMARY KEY) WITH (SYSTEM_VERSIONING = ON)")]
    [InlineData("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON")]
    [InlineData("WITH p AS (SELECT name, version FROM project) UPDATE p SET version = 2")]
    [InlineData("WITH p AS (SELECT name FROM project) DELETE FROM p")]
    [InlineData("SELECT @version = version FROM project WHERE name = @name")]
    [InlineData("SELECT name FROM project WHERE version = @@ROWCOUNT")]
    [InlineData("INSERT INTO project_kind (project, kind) EXEC ('SELECT name, stage FROM project')")]
    [InlineData("INSERT INTO project_kind (project, kind) OUTPUT inserted.kind INTO project_kind (kind) VALUES (@Name, @kind)")]
    [InlineData("SELECT value FROM STRING_SPLIT(@names, ',', 1)")]
    [InlineData("SELECT value FROM OPENJSON(@names)")]
    [InlineData("SELECT name FROM project ORDER BY name COLLATE Latin1_General_100_CI_AS_SC_UTF8")]
    [InlineData("SELECT name FROM project WITH (UPDLOCK, HOLDLOCK)")]
    [InlineData("SELECT name FROM project WITH (READPAST)")]
    [InlineData("SELECT name FROM project OPTION (RECOMPILE)")]
    [InlineData("SELECT CAST(name AS UNIQUEIDENTIFIER) FROM project")]
    [InlineData("CREATE TABLE a (b DATETIME NOT NULL CONSTRAINT pk_a PRIMARY KEY)")]
    [InlineData("SELECT LEN(name) FROM project")]
    [InlineData("ALTER TABLE project ADD a BIGINT NULL; CREATE INDEX ix_project_a ON project (a)")]
    [InlineData("ALTER TABLE project ADD a BIGINT NULL; UPDATE project SET a = 1")]
    [InlineData("CREATE SCHEMA a; SELECT name FROM project")]
    public void Unportable_server_syntax_is_detected(string sql) => Assert.NotEmpty(Parsing.Problems(sql));

    [Theory]
    [InlineData("ALTER TABLE project ADD a BIGINT NULL\nGO\nCREATE INDEX ix_project_a ON project (a)")]
    [InlineData("CREATE TABLE a (b BIGINT NOT NULL CONSTRAINT pk_a PRIMARY KEY); CREATE INDEX ix_a ON a (b)")]
    [InlineData("SELECT COUNT(*) FROM project WITH (READCOMMITTEDLOCK) WHERE name = @name")]
    [InlineData("WITH p AS (SELECT name FROM project) SELECT name FROM p")]
    public void Portable_server_syntax_is_accepted(string sql) => Assert.Empty(Parsing.Problems(sql));

    /// <summary>The column and table names in a statement.</summary>
    private sealed class Names : TSqlFragmentVisitor
    {
        public List<TSqlFragment> Columns { get; } = [];

        public List<TSqlFragment> Tables { get; } = [];

        public static Names In(string sql)
        {
            var names = new Names();
            Parsing.Parse(sql, out _).Accept(names);
            return names;
        }

        public override void Visit(ColumnReferenceExpression node)
        {
            if (node.MultiPartIdentifier is { } name)
                Columns.Add(name.Identifiers[^1]);
        }

        public override void Visit(NamedTableReference node) => Tables.Add(node.SchemaObject.BaseIdentifier);
    }
}
