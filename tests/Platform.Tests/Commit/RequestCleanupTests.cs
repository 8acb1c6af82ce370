// At stake: a repeated command gets its answer for the promised time, and stored answers must not fill the database. Tested on a real
// database with a clock that the test advances.
using Microsoft.Extensions.Time.Testing;
using Mining.Platform.Commit;
using Mining.Platform.Tests.Support;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Commit;

public sealed class RequestCleanupTests() : RequestCleanupSuite(TestStorage.Sqlite);

public sealed class RequestCleanupOnSqlServerTests() : RequestCleanupSuite(TestStorage.SqlServer);

public abstract class RequestCleanupSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task An_answer_is_remembered_for_its_lifetime_and_then_deleted()
    {
        await using var service = await TestService.Start(time, storage: storage);
        await service.Put("projects/a", "one", requestId: "old");
        time.Advance(TimeSpan.FromHours(1));
        await service.Put("projects/a", "two", requestId: "young");

        time.Advance(RequestLedger.Lifetime - TimeSpan.FromHours(1));
        await Forget(service); // the old answer is exactly as old as promised
        Assert.Equal(["old", "young"], await Remembered(service));
        Assert.Equal(1, (await service.Put("projects/a", "one", requestId: "old")).Version);

        time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerMicrosecond));
        await Forget(service);
        Assert.Equal(["young"], await Remembered(service));
        Assert.Equal(2, (await service.Put("projects/a", "two", requestId: "young")).Version);
        Assert.Equal(3, (await service.Put("projects/a", "one", requestId: "old")).Version); // executed again
    }

    [Fact]
    public async Task One_clean_up_deletes_a_bounded_number_of_answers()
    {
        const int more = 20;
        await using var service = await TestService.Start(time, storage: storage);
        for (var i = 0; i < RequestLedger.ForgottenAtOnce + more; i++)
        {
            // Each at a different time.
            time.Advance(TimeSpan.FromMilliseconds(1));
            await service.Put("projects/a", "", requestId: $"{i}");
        }

        time.Advance(RequestLedger.Lifetime * 2);
        await Forget(service);
        Assert.Equal(more, (await Remembered(service)).Count);
        await Forget(service);
        Assert.Empty(await Remembered(service));
    }

    private static Task<IReadOnlyList<string>> Remembered(TestService service) =>
        service.Query<string>("SELECT request_id FROM request ORDER BY request_id");

    private Task Forget(TestService service) =>
        new RequestCleanup(service.Database, service.Committer, time, new LogLines<RequestCleanup>()).RunOnce(CancellationToken.None);
}
