// At stake: which errors the mesh retries, for a server that is not available here. Errors are classified by number, severity and
// constraint name; one real error, of an unreachable server, takes the whole path.
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Testing;
using Polly;
using Polly.Retry;
using Polly.Testing;
using Xunit;

namespace Mining.Platform.Tests.Storage;

public sealed class SqlServerTests
{
    [Theory]
    [InlineData(1205, 13, "Transaction (Process ID 52) was deadlocked on lock resources", true)]
    [InlineData(1222, 16, "Lock request time out period exceeded.", true)]
    [InlineData(3960, 16, "Snapshot isolation transaction aborted due to update conflict.", true)]
    [InlineData(-2, 11, "Execution Timeout Expired.", true)]
    [InlineData(40613, 17, "Database is not currently available.", true)]
    [InlineData(40501, 20, "The service is currently busy.", true)]
    [InlineData(49918, 16, "Not enough resources to process request.", true)]
    [InlineData(10054, 20, "An existing connection was forcibly closed by the remote host.", true)]
    [InlineData(12345, 20, "Whatever it is: the connection is lost.", true)]
    [InlineData(0, 11, "A severe error occurred on the current command.  The results, if any, should be discarded.", true)]
    [InlineData(0, 11, "Operation cancelled by user.", false)]
    [InlineData(33557097, 16, "could not serialize access due to concurrent update", true)]
    [InlineData(33557097, 16, "canceling statement due to lock timeout", true)]
    [InlineData(33557097, 16, "the database system is shutting down", true)]
    [InlineData(33557097, 16, "relation does not exist", false)]
    [InlineData(33557097, 16, "invalid serialized value", false)]
    [InlineData(1807, 16, "Could not obtain exclusive lock on database 'model'. Retry the operation later.", true)]
    [InlineData(1801, 16, "Database 'mining' already exists. Choose a different database name.", false)]
    [InlineData(18456, 14, "Login failed for user 'mining'.", false)]
    [InlineData(229, 14, "The INSERT permission was denied on the object 'request'.", false)]
    [InlineData(208, 16, "Invalid object name 'request'.", false)]
    [InlineData(547, 16, "The INSERT statement conflicted with the FOREIGN KEY constraint \"fk_commitment_investor\".", false)]
    [InlineData(1105, 17, "Could not allocate space for object.", false)]
    public void Only_transient_errors_are_retried(int number, byte severity, string message, bool repeated) =>
        Assert.Equal(repeated, SqlServerErrors.IsTransient(number, severity, message));

    [Theory]
    [InlineData(2627, "Violation of UNIQUE KEY constraint 'uq_change_log_version'. Cannot insert duplicate key in object 'dbo.change_log'.", true)]
    [InlineData(2627, "Verletzung der PRIMARY KEY-Einschränkung \"pk_request\". Ein doppelter Schlüssel kann nicht eingefügt werden.", true)]
    [InlineData(2627, "Violation of PRIMARY KEY constraint 'pk_change_log'. Cannot insert duplicate key in object 'dbo.change_log'.", true)]
    [InlineData(2627, "Violation of PRIMARY KEY constraint 'pk_project'. Cannot insert duplicate key in object 'dbo.project'.", false)]
    [InlineData(2601, "Cannot insert duplicate key row in object 'dbo.thing' with unique index 'ux_thing'.", false)]
    public void A_unique_violation_is_transient_if_only_a_concurrent_writer_can_cause_it(int number, string message, bool isRace)
    {
        Assert.True(SqlServerErrors.IsUniqueViolation(number));
        Assert.Equal(isRace, SqlServerErrors.IsTransient(number, 14, message));
    }

    [Theory]
    [InlineData(208, 16, "migrate")]
    [InlineData(229, 14, "permission")]
    [InlineData(18456, 14, "user and password")]
    [InlineData(9002, 17, "space")]
    [InlineData(10054, 20, "reached")]
    public void Errors_carry_a_hint_for_the_operator(int number, byte severity, string said) =>
        Assert.Contains(said, SqlServerErrors.OperatorHint(number, severity), StringComparison.Ordinal);

    [Fact]
    public void A_violation_caused_by_the_command_carries_no_operator_hint() => Assert.Null(SqlServerErrors.OperatorHint(2627, 14));

    [Fact]
    public void Every_error_that_SqlClient_lists_as_transient_is_retried() =>
        Assert.All(SqlConfigurableRetryFactory.BaselineTransientErrors, number => Assert.True(SqlServerErrors.IsTransient(number, 16, "")));

    [Fact]
    public async Task An_unreachable_server_is_retried_and_then_named()
    {
        var database = Database($"Server=127.0.0.1,{ServiceProcess.FreePort()};Database=mining;User Id=mining;Password=x;Connect Timeout=1;ConnectRetryCount=0;Encrypt=false");
        var failure = await Record.ExceptionAsync(() => database.Read(_ => Task.FromResult(0), CancellationToken.None));
        Assert.SkipWhen(failure is NotSupportedException, "The client of SQL Server needs ICU, which is disabled for this process.");
        var storage = Assert.IsType<DbException>(failure, exactMatch: false);
        Assert.True(database.IsTransient(storage));
        Assert.Contains("cannot be reached", database.OperatorHint(storage), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Assert.Throws<DatabaseUnusableException>(() => database.Migrate(typeof(SqlServerTests).Assembly)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_waits_for_a_server_that_is_not_up_yet()
    {
        var database = Database($"Server=127.0.0.1,{ServiceProcess.FreePort()};Database=mining;User Id=mining;Password=x;Connect Timeout=1;ConnectRetryCount=0;Encrypt=false");
        using var timeout = new CancellationTokenSource();
        var log = new Support.LogLines<SchemaGate>();
        var waiting = Task.Run(() => new SchemaGate(database, migrates: false, TimeProvider.System, log).Pass(typeof(SqlServerTests).Assembly, timeout.Token));
        await Eventually.True(() => Task.FromResult(log.Lines.Count > 0 || waiting.IsCompleted));
        Assert.SkipWhen(waiting.Exception?.InnerException is NotSupportedException, "The client of SQL Server needs ICU, which is disabled for this process.");
        Assert.Contains("the database does not respond", log.Lines[0], StringComparison.Ordinal);
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Reads_are_retried_four_times_within_seconds()
    {
        var retry = Assert.IsType<RetryStrategyOptions>(Assert.Single(
            SqlServerDatabase.RetryPipeline(Database("Server=nowhere;Database=none"), TimeProvider.System).GetPipelineDescriptor().Strategies).Options);
        Assert.Equal(
            (4, DelayBackoffType.Exponential, true, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2)),
            (retry.MaxRetryAttempts, retry.BackoffType, retry.UseJitter, retry.Delay, retry.MaxDelay));
    }

    [Theory]
    [InlineData("Data Source=projects.db", false)]
    [InlineData("Data Source=projects.db;Mode=ReadWriteCreate;Cache=Private;Foreign Keys=true", false)]
    [InlineData("Server=sql;Database=projects;User Id=a;Password=b", true)]
    [InlineData("Data Source=tcp:sql,1433;Initial Catalog=projects;Integrated Security=true", true)]
    [InlineData("server=tcp:mining.database.windows.net,1433;initial catalog=projects;Authentication=Active Directory Default", true)]
    public void The_connection_string_selects_the_database(string connectionString, bool isServer)
    {
        Assert.Null(DatabaseChoice.ProblemOf(connectionString));
        Assert.Equal(isServer, DatabaseChoice.IsSqlServer(connectionString));
        Assert.Equal(isServer, DatabaseChoice.Of(connectionString, TimeProvider.System, NullLoggerFactory.Instance) is SqlServerDatabase);
    }

    [Theory]
    [InlineData("Server=sql;User Id=a;Password=secret", "names no Database")]
    [InlineData("Database=projects;Password=secret", "names no Server")]
    [InlineData("Mode=Memory;Password=secret", "names no Data Source")]
    [InlineData("Server=sql;Database=a;Passwort=secret", "cannot be read")]
    [InlineData("Data Source=a.db;Passwort=secret", "cannot be read")]
    public void An_invalid_connection_string_is_refused_without_being_printed(string connectionString, string said)
    {
        var problem = DatabaseChoice.ProblemOf(connectionString);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    private static SqlServerDatabase Database(string connectionString) =>
        new(connectionString, TimeProvider.System, NullLogger<SqlServerDatabase>.Instance);
}
