// At stake: a statement that SQL Server refuses, found only in production. There is no server here, so every statement is recorded as
// Dapper gets it at run time, parsed by the official parser, and bound to the schema of the migrations. Because a statement that no
// scenario runs would be missed, the compiled code is searched for SQL: each piece must be in a recorded statement.
using System.Reflection;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Sql.Tests.Recording;
using Mining.Sql.Tests.Scenarios;
using Mining.Sql.Tests.Schema;
using Xunit;

namespace Mining.Sql.Tests;

public sealed class StatementTests
{
    /// <summary>Classes that pass on to Dapper what others give them, and have no SQL of their own.</summary>
    private static readonly string[] Forwarders = ["Mining.Platform.Commit.UnitOfWork"];

    /// <summary>The SQL that only SQLite gets when a connection opens.</summary>
    private const string OfSqlite = "Mining.Platform.Storage.SqliteDatabase";

    private const string OfServer = "Mining.Platform.Storage.SqlServerDatabase";

    [Fact]
    public async Task Every_statement_parses_and_names_only_what_the_schema_has()
    {
        var wrong = new List<string>();
        var sent = 0;
        foreach (var service in Collected.All)
        {
            var statements = await service.Statements();
            sent += statements.Count;
            var problems = SchemaModel.Of(service.Assembly).Check(statements);
            wrong.AddRange(statements.Zip(problems).Where(pair => pair.Second.Count > 0).Select(pair => $"{pair.First}\n    {string.Join("\n    ", pair.Second)}"));
        }

        var distinct = await Collected.Distinct();
        var literals = Collected.Code.SelectMany(SqlLiterals.Of).Count(literal => literal.Type is not (OfSqlite or OfServer));
        Testing.TestReport.WriteLine(
            $"T-SQL: {distinct.Count} statements of the code, checked as {sent} texts in {Collected.All.Count} schemas; they cover all {literals} pieces of SQL in the compiled code");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Every_parameter_has_the_type_of_its_column()
    {
        var comparedCount = 0;
        foreach (var service in Collected.All)
        {
            var tables = SchemaModel.Of(service.Assembly).Tables;
            foreach (var statement in await service.Statements())
            {
                var (problems, pairs) = ParameterTypes.Check(statement, tables);
                Assert.True(problems.Count == 0, $"{statement}\n{string.Join("\n", problems)}");
                comparedCount += pairs;
            }
        }

        Testing.TestReport.WriteLine($"T-SQL: {comparedCount} parameters have the type of their column");
        Assert.True(comparedCount > 300, $"Only {comparedCount} parameters were compared with a column.");
    }

    [Fact]
    public async Task A_parameter_of_another_type_is_detected()
    {
        var service = Collected.All[0];
        var cleanUp = Assert.Single(await service.Statements(), statement => statement.Sent.StartsWith("DELETE FROM request", StringComparison.Ordinal));
        var wrong = cleanUp with { Parameters = [new Parameter("last", System.Data.SqlDbType.BigInt)] };
        Assert.NotEmpty(ParameterTypes.Check(wrong, SchemaModel.Of(service.Assembly).Tables).Problems);
    }

    [Fact]
    public async Task No_SQL_in_the_code_is_missed()
    {
        var missed = Missed((await Collected.Distinct()).Select(statement => statement.Given));
        Assert.True(missed.Count == 0, $"No scenario runs these:\n{string.Join("\n", missed)}");
    }

    [Fact]
    public async Task A_statement_that_no_scenario_runs_is_detected()
    {
        var all = (await Collected.Distinct()).Select(statement => statement.Given).ToList();
        Assert.Single(Missed(all.Where(statement => !statement.Contains("redrive_time IS NOT NULL", StringComparison.Ordinal))));
        Assert.NotEmpty(Missed(all.Where(statement => !statement.StartsWith("UPDATE commitment", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_Dapper_call_has_SQL_that_the_checker_finds()
    {
        var withSql = Collected.Code.SelectMany(SqlLiterals.Of).Select(literal => literal.Type).ToHashSet();
        var without = Collected.Code.SelectMany(SqlLiterals.CallersOfDapper).Distinct().Except(withSql).Except(Forwarders).ToList();
        // SqlServerDatabase has constants of its own, checked below.
        Assert.Equal([], without.Except([OfServer]));
    }

    [Fact]
    public void Only_Dapper_creates_commands()
    {
        // The statement cache passes all its statements through Dapper.
        string[] keepers = [typeof(PreparedStatementCache).FullName!];
        var makers = Collected.Code.SelectMany(assembly => SqlLiterals.Callers(assembly, called => called.Name is "CreateCommand" or "set_CommandText")).Distinct();
        Assert.Equal(keepers, makers);
    }

    [Fact]
    public async Task Each_resource_table_is_queried_by_name()
    {
        var given = (await Collected.Distinct()).Select(statement => statement.Given).ToHashSet();
        var tables = Collected.Code.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.ContainsGenericParameters)
            .Where(type => type.BaseType is { IsGenericType: true } store && store.GetGenericTypeDefinition() == typeof(ResourceStore<,>))
            .Select(type => (string)type.BaseType!.GetField("ByName", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!)
            .ToList();
        Assert.Equal(7, tables.Count);
        Assert.All(tables, statement => Assert.Contains(statement, given));
    }

    [Fact]
    public void Server_only_statements_use_portable_server_syntax()
    {
        var own = OwnStatements();
        Assert.NotEmpty(own);
        Assert.All(own, statement => Assert.Empty(Parsing.Problems(statement.Text.Replace("{0}", "a", StringComparison.Ordinal), isForTheServerAlone: true)));

        // The server parses the text of an EXEC only when it runs it.
        var inner = own.SelectMany(statement => Parsing.Executed(statement.Text)).ToList();
        Assert.NotEmpty(inner);
        Assert.All(inner, text => Assert.NotEmpty(Parsing.Statements(text)));
    }

    private static List<string> Missed(IEnumerable<string> statements)
    {
        var given = statements.ToList();
        var own = OwnStatements().Select(statement => statement.Text).ToList();
        return Collected.Code.SelectMany(SqlLiterals.Of)
            .Where(literal => literal.Type != OfSqlite)
            .Where(literal => !(literal.Type == OfServer ? own : given).Exists(statement => statement.Contains(literal.Text, StringComparison.Ordinal)))
            .Where(literal => !IsDialect(literal))
            .Select(literal => $"{literal.Type}: {literal.Text}")
            .Distinct().ToList();
    }

    private static IReadOnlyList<(string Name, string Text)> OwnStatements() =>
        [.. typeof(Database).Assembly.GetType("Mining.Platform.Storage.SqlServerStatements", throwOnError: true)!
            .GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(field => (field.Name, (string)field.GetRawConstantValue()!))];

    /// <summary>The words of the dialect: those of servers are in the recorded statements, the others are for SQLite.</summary>
    private static bool IsDialect(SqlLiteral literal) => literal.Type == OfServer && literal.Text is "OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY" or "WITH (READCOMMITTEDLOCK)";
}
