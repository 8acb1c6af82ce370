// At stake: a reused statement must behave like a new one: with its own parameters only, after a failure, when nested, and after a schema
// change. Tested on SQLite itself, through Dapper as the stores use it.
using Dapper;
using Microsoft.Data.Sqlite;
using Mining.Platform.Storage;
using Xunit;

namespace Mining.Platform.Tests.Storage;

public sealed class PreparedStatementCacheTests : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"mining-kept-{Path.GetRandomFileName()}.db");
    private readonly PreparedStatementCache connection;

    public PreparedStatementCacheTests()
    {
        connection = new PreparedStatementCache($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute("CREATE TABLE mine (name TEXT NOT NULL CONSTRAINT pk_mine PRIMARY KEY, tonnes INTEGER)");
    }

    public void Dispose()
    {
        connection.Dispose();
        File.Delete(file);
    }

    [Fact]
    public void A_statement_is_cached_once_for_all_its_runs()
    {
        var before = connection.Kept;
        foreach (var name in (string[])["alpha", "beta", "gamma"])
            Insert(name, 1);
        Assert.Equal(before + 1, connection.Kept);
        Assert.Equal(["alpha", "beta", "gamma"], connection.Query<string>("SELECT name FROM mine ORDER BY name"));
    }

    [Fact]
    public void Each_run_sees_its_own_parameters_only()
    {
        Insert("alpha", 5);
        Insert("beta", null);
        Assert.Equal([5, null], connection.Query<long?>("SELECT tonnes FROM mine ORDER BY name"));
        const string byName = "SELECT tonnes FROM mine WHERE name = @name";
        Assert.Equal(5, connection.QuerySingle<long?>(byName, new { name = "alpha" }));
        Assert.Throws<InvalidOperationException>(() => connection.QuerySingle<long?>(byName));
    }

    [Fact]
    public void A_list_parameter_uses_the_statement_of_its_length()
    {
        foreach (var name in (string[])["alpha", "beta", "gamma"])
            Insert(name, 1);
        const string among = "SELECT COUNT(*) FROM mine WHERE name IN @names AND tonnes = @tonnes";
        foreach (var names in (string[][])[["alpha"], ["alpha", "beta", "gamma"], ["delta", "beta"], []])
            Assert.Equal(names.Intersect(["alpha", "beta", "gamma"]).Count(), connection.ExecuteScalar<int>(among, new { names, tonnes = 1 }));
    }

    [Fact]
    public void A_failed_statement_blocks_neither_the_commit_nor_its_next_run()
    {
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            Insert("alpha", 1, transaction);
            transaction.Save("trial");
            Assert.Throws<SqliteException>(() => Insert("alpha", 2, transaction));
            transaction.Rollback("trial");
            Insert("beta", 3, transaction);
            transaction.Commit();
        }

        Insert("gamma", 4);
        Assert.Equal([1L, 3, 4], connection.Query<long>("SELECT tonnes FROM mine ORDER BY name"));
    }

    [Fact]
    public void A_statement_is_reentrant()
    {
        Insert("alpha", 2);
        Insert("beta", 1);
        const string others = "SELECT name FROM mine WHERE tonnes >= @least ORDER BY name";
        var pairs = new List<(string, string)>();
        foreach (var outer in connection.Query<string>(others, new { least = 1 }, buffered: false))
            pairs.AddRange(connection.Query<string>(others, new { least = 2 }, buffered: false).Select(inner => (outer, inner)));
        Assert.Equal([("alpha", "alpha"), ("beta", "alpha")], pairs);
    }

    [Fact]
    public void A_statement_survives_a_schema_change_by_another_connection()
    {
        Insert("alpha", 1);
        using (var other = new SqliteConnection($"Data Source={file};Pooling=False"))
            other.Execute("ALTER TABLE mine ADD country TEXT NOT NULL DEFAULT 'FI'; CREATE INDEX ix_mine_tonnes ON mine (tonnes);");
        Insert("beta", 2);
        Assert.Equal(["alpha FI", "beta FI"], connection.Query<string>("SELECT name || ' ' || country FROM mine ORDER BY name"));
    }

    [Fact]
    public void The_cache_is_bounded()
    {
        for (var number = 0; number < PreparedStatementCache.MaxCount + 50; number++)
            Assert.Equal(number, connection.ExecuteScalar<int>($"SELECT {number}"));
        Assert.Equal(PreparedStatementCache.MaxCount, connection.Kept);
    }

    private void Insert(string name, long? tonnes, SqliteTransaction? transaction = null) =>
        connection.Execute("INSERT INTO mine (name, tonnes) VALUES (@name, @tonnes)", new { name, tonnes }, transaction);
}
