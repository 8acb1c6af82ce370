// At stake: the only way to write. A command commits completely or not at all, once per request id, and its log has no gaps: audit, outbox
// and feed are this log. Tested on real databases with the real writer.
using System.Data.Common;
using System.Globalization;
using Dapper;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Feed;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Commit;

/// <summary>Behaviour on every database.</summary>
public abstract class CommitterSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    [Fact]
    public async Task A_refused_command_leaves_no_trace_and_the_rest_of_its_batch_commits()
    {
        // The writer has not started, so all commands end up in one batch.
        await using var service = new TestService(storage: storage);
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        var first = service.Put("projects/a");
        var refused = service.PutAndRefuse("projects/b");
        var broken = service.Run(async work =>
        {
            await TestService.Write(work, "projects/c", "");
            throw new InvalidOperationException("a mistake in the code");
        });
        var unique = service.Run(async work =>
        {
            await work.Execute("INSERT INTO thing (name, state) SELECT name, state FROM thing", new { });
            return new Project();
        });
        var last = service.Put("projects/d");
        await service.Committer.StartAsync(CancellationToken.None);

        Assert.Equal("projects/a", (await first).Name);
        Assert.Equal("NOT_TODAY", (await Assert.ThrowsAsync<RefusedException>(() => refused)).Refusal.Reason);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        await Assert.ThrowsAnyAsync<DbException>(() => unique);
        Assert.Equal("projects/d", (await last).Name);
        Assert.Equal(["projects/a", "projects/d"], await service.Things());
        Assert.Equal([("projects/a", 1L), ("projects/d", 2L)], (await service.Changes()).Select(change => (change.Resource, change.Sequence)));
        Assert.True((await ChainVerification.Run(service.Log, CancellationToken.None)).Intact);
    }

    [Fact]
    public async Task A_command_that_aborts_the_transaction_is_refused_alone()
    {
        await using var service = new TestService(storage: storage);
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        var first = service.Put("projects/a");
        var ended = Enumerable.Range(0, 2).Select(_ => service.Run(async work =>
        {
            await TestService.Write(work, "projects/b", "");
            await work.Execute(AbortingStatement, new { });
            return new Project();
        })).ToList();
        var last = service.Put("projects/c");
        await service.Committer.StartAsync(CancellationToken.None);

        foreach (var command in ended)
            await Assert.ThrowsAnyAsync<DbException>(() => command);
        Assert.Equal((1, 1), ((await first).Version, (await last).Version));
        Assert.Equal(["projects/a", "projects/c"], await service.Things());
        Assert.Equal([("projects/a", 1L), ("projects/c", 2L)], (await service.Changes()).Select(change => (change.Resource, change.Sequence)));
        Assert.True((await ChainVerification.Run(service.Log, CancellationToken.None)).Intact);
    }

    /// <summary>A statement whose error aborts the transaction: SQLite by ROLLBACK, a server by a failed conversion.</summary>
    private string AbortingStatement => storage == TestStorage.Sqlite
        ? "INSERT OR ROLLBACK INTO thing (name, state) SELECT name, state FROM thing"
        : "SELECT name FROM thing WHERE CAST(name AS BIGINT) = 1";

    [Fact]
    public async Task A_validate_only_command_answers_its_would_be_result_and_changes_nothing()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/a", "first");
        var answer = await service.Put("projects/a", "second", requestId: "r1", validateOnly: true);
        Assert.Equal(("second", 2), (answer.DisplayName, answer.Version));
        Assert.Single(await service.Changes());
        // It does not use up the request id either.
        Assert.Equal(2, (await service.Put("projects/a", "second", requestId: "r1")).Version);
    }

    [Fact]
    public async Task A_repeated_request_id_gets_the_first_answer_even_after_later_changes()
    {
        await using var service = await TestService.Start(storage: storage);
        var first = await service.Put("projects/a", "one", requestId: "r1");
        await service.Put("projects/a", "two");
        Assert.Equal(first, await service.Put("projects/a", "one", requestId: "r1"));
        Assert.Equal(2, (await service.Changes()).Count);
    }

    [Fact]
    public async Task A_request_id_with_another_input_is_refused_and_request_ids_are_per_caller()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/a", "one", requestId: "r1");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => service.Put("projects/a", "two", requestId: "r1"));
        Assert.Equal((StatusCode.InvalidArgument, "REQUEST_ID_REUSED"), (refused.Refusal.Code, refused.Refusal.Reason));
        Assert.Equal(2, (await service.Put("projects/a", "two", requestId: "r1", caller: "somebody else")).Version);
    }

    [Fact]
    public async Task A_refused_command_does_not_use_up_its_request_id()
    {
        await using var service = await TestService.Start(storage: storage);
        await Assert.ThrowsAsync<RefusedException>(() => service.Run(
            _ => throw new RefusedException(Refusal.Unavailable("LATER", "Later.")), input: "one", requestId: "r1"));
        Assert.Equal(1, (await service.Put("projects/a", "one", requestId: "r1")).Version);
    }

    [Fact]
    public async Task A_hundred_copies_of_one_request_make_one_change()
    {
        await using var service = await TestService.Start(storage: storage);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.Put("projects/a", "one", requestId: "r1")));
        Assert.Single(answers.Distinct());
        Assert.Single(await service.Changes());
    }

    [Fact]
    public async Task Sequences_have_no_gaps_and_follow_commit_order_under_64_callers()
    {
        const int callers = 64;
        const int commandsEach = 20;
        await using var service = await TestService.Start(storage: storage);
        var refusals = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var i = 0; i < commandsEach; i++)
            {
                await service.Put($"projects/{(caller + i) % 8}", requestId: $"{caller}-{i}");
                if (i % 5 == 0 && await Record.ExceptionAsync(() => service.PutAndRefuse($"projects/{i}")) is RefusedException)
                    Interlocked.Increment(ref refusals);
            }
        }));

        var changes = await service.Changes();
        Assert.Equal(callers * commandsEach / 5, refusals);
        Assert.Equal(Enumerable.Range(1, callers * commandsEach).Select(number => (long)number), changes.Select(change => change.Sequence));
        // A caller's next command always has a higher sequence than its previous one.
        foreach (var own in changes.GroupBy(change => change.RequestId.Split('-')[0]))
            Assert.Equal(Enumerable.Range(0, commandsEach), own.Select(change => int.Parse(change.RequestId.Split('-')[1], CultureInfo.InvariantCulture)));
        foreach (var resource in changes.GroupBy(change => change.Resource))
            Assert.Equal(Enumerable.Range(1, resource.Count()).Select(number => (long)number), resource.Select(change => change.Version));
        Assert.True((await ChainVerification.Run(service.Log, CancellationToken.None)).Intact);
        Assert.Equal(changes[^1].Sequence, service.Signal.LastSequence);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_completes_the_queued_commands()
    {
        // The writer is stopped, so the queue only grows.
        await using var service = new TestService(storage: storage);
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        var waiting = Enumerable.Range(0, Committer.MaxQueueLength).Select(i => service.Put($"projects/{i}")).ToList();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => service.Put("projects/one-too-many"));
        Assert.Equal((StatusCode.ResourceExhausted, "COMMAND_QUEUE_FULL"), (refused.Refusal.Code, refused.Refusal.Reason));
        Assert.NotNull(refused.Refusal.RetryAfter);
        await service.Committer.StartAsync(CancellationToken.None);
        await Task.WhenAll(waiting);
        Assert.Equal(Committer.MaxQueueLength, (await service.Things()).Count);
    }

    [Fact]
    public async Task Housekeeping_waits_for_room_in_a_full_queue()
    {
        await using var service = new TestService(storage: storage);
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        var commands = Enumerable.Range(0, Committer.MaxQueueLength).Select(_ => service.Put("projects/a", validateOnly: true)).ToList();
        var renewal = service.Committer.Maintain((_, _) => Task.CompletedTask, CancellationToken.None);
        var overdue = service.Committer.Maintain((_, _) => Task.CompletedTask, new CancellationToken(canceled: true));
        Assert.False(renewal.IsCompleted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => overdue);
        await service.Committer.StartAsync(CancellationToken.None);
        await renewal;
        await Task.WhenAll(commands);
    }

    [Fact]
    public async Task Queued_commands_complete_at_shutdown_and_later_ones_are_refused()
    {
        await using var service = await TestService.Start(storage: storage);
        await service.Put("projects/before"); // so that the writer has started
        var waiting = Enumerable.Range(0, 300).Select(i => service.Put($"projects/{i}")).ToList();
        await service.Committer.StopAsync(CancellationToken.None);
        await Task.WhenAll(waiting);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => service.Put("projects/late"));
        Assert.Equal((StatusCode.Unavailable, "SERVICE_STOPPING"), (refused.Refusal.Code, refused.Refusal.Reason));
        Assert.Equal(301, (await service.Things()).Count);
    }

    [Fact]
    public async Task A_writer_stopped_before_its_start_keeps_nobody_waiting()
    {
        await using var service = new TestService(storage: storage);
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await service.Committer.StartAsync(stopped.Token);
        var waiting = service.Put("projects/a");
        await service.Committer.StopAsync(CancellationToken.None);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => waiting);
        Assert.Equal("SERVICE_STOPPING", refused.Refusal.Reason);
        Assert.Empty(await service.Things());
    }

    [Fact]
    public async Task A_command_cancelled_before_its_turn_changes_nothing()
    {
        await using var service = new TestService(storage: storage);
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        using var timeout = new CancellationTokenSource();
        var given = service.Committer.Run(Command.OfService("tester", "Put"), work => TestService.Write(work, "projects/a", ""), timeout.Token);
        await timeout.CancelAsync();
        await service.Committer.StartAsync(CancellationToken.None);
        await Assert.ThrowsAsync<OperationCanceledException>(() => given);
        Assert.Empty(await service.Things());
    }

    [Fact]
    public async Task A_database_locked_by_another_process_is_retried()
    {
        await using var service = await TestService.Start(storage: storage);
        await using var other = await service.Database.Open(CancellationToken.None);
        await using var transaction = await service.Database.BeginWrite(other, CancellationToken.None);
        var waiting = service.Put("projects/a");
        await transaction.RollbackAsync();
        Assert.Equal(1, (await waiting).Version);
    }
}

public sealed class CommitterOnSqlServerTests() : CommitterSuite(TestStorage.SqlServer);

/// <summary>SQLite only, including faults of its file.</summary>
public sealed class CommitterTests() : CommitterSuite(TestStorage.Sqlite)
{
    [Fact]
    public async Task A_connection_that_cannot_write_is_replaced()
    {
        await using var service = await TestService.Start();
        await service.Put("projects/a");
        await service.Committer.Maintain(
            (connection, transaction) => connection.ExecuteAsync("PRAGMA query_only = ON", transaction: transaction), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<SqliteException>(() => service.Put("projects/b"));
        Assert.Equal(8, failure.SqliteErrorCode); // SQLITE_READONLY
        Assert.Contains(service.CommitterLog.Lines, line => line.Contains("check its owner and permissions", StringComparison.Ordinal));
        await service.Put("projects/c");
        Assert.Equal(["projects/a", "projects/c"], await service.Things());
    }

    [Fact]
    public async Task An_unwritable_file_is_a_clear_error_and_writes_resume_once_it_is_writable()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "No file is read-only for root.");
        await using var service = new TestService();
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        foreach (var file in Files())
            new FileInfo(file).IsReadOnly = true;
        await service.Committer.StartAsync(CancellationToken.None);
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<SqliteException>(() => service.Put("projects/a"));
        Assert.Contains(service.CommitterLog.Lines, line => line.Contains("check its owner and permissions", StringComparison.Ordinal));
        Assert.Empty(await service.Things()); // reads still succeed

        foreach (var file in Files())
            new FileInfo(file).IsReadOnly = false;
        Assert.Equal(1, (await service.Put("projects/a")).Version);

        string[] Files() => Directory.GetFiles(Path.GetDirectoryName(service.File)!);
    }

    [Fact]
    public async Task Housekeeping_that_failed_to_commit_is_not_reported_as_done()
    {
        await using var service = await TestService.Start();
        await service.Tamper("CREATE TABLE part (thing TEXT REFERENCES thing (name) DEFERRABLE INITIALLY DEFERRED)");
        // The constraint is deferred, so the commit itself fails.
        await Assert.ThrowsAsync<SqliteException>(() => service.Committer.Maintain(
            (connection, transaction) => connection.ExecuteAsync("INSERT INTO part (thing) VALUES ('projects/none')", transaction: transaction),
            CancellationToken.None));
        Assert.Equal(0, (await service.Query<long>("SELECT COUNT(*) FROM part")).Single());
        Assert.Equal(1, (await service.Put("projects/a")).Version);
    }

    [Fact]
    public async Task A_refusal_based_on_uncommitted_data_fails_with_its_transaction()
    {
        await using var service = new TestService();
        await service.Log.Initialise(TestService.LogId, CancellationToken.None);
        await service.Tamper("CREATE TABLE part (thing TEXT REFERENCES thing (name) DEFERRABLE INITIALLY DEFERRED)");
        var first = service.Put("projects/a");
        var second = service.Run(async work => await work.ReadOne<string>("SELECT name FROM thing WHERE name = @name", new { name = "projects/a" }) is null
            ? await TestService.Write(work, "projects/a", "")
            : throw new RefusedException(Refusal.AlreadyExists("mining/Project", "projects/a")));
        var failing = service.Committer.Maintain(
            (connection, transaction) => connection.ExecuteAsync("INSERT INTO part (thing) VALUES ('projects/none')", transaction: transaction),
            CancellationToken.None);
        await service.Committer.StartAsync(CancellationToken.None);
        foreach (var command in (Task[])[first, second, failing])
            Assert.IsAssignableFrom<DbException>(await Record.ExceptionAsync(() => command));
        Assert.Empty(await service.Things());
    }
}
