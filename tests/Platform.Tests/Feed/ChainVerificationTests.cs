// At stake: nobody can change history unnoticed. Tested on real databases that are modified behind the service's back.
using Mining.Platform.Feed;
using Mining.Platform.Storage;
using Mining.Platform.Tests.Support;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Feed;

public sealed class ChainVerificationTests() : ChainVerificationSuite(TestStorage.Sqlite);

public sealed class ChainVerificationOnSqlServerTests() : ChainVerificationSuite(TestStorage.SqlServer);

public abstract class ChainVerificationSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    [Theory]
    // tampering, location, message
    [InlineData("UPDATE change_log SET actor = 'nobody' WHERE sequence = 7", 7, "content")]
    [InlineData("UPDATE change_log SET commit_time = @later WHERE sequence = 1", 1, "content")]
    [InlineData("UPDATE change_log SET state = @nothing WHERE sequence = 20", 20, "content")]
    [InlineData("UPDATE change_log SET changed_fields = 'display_name,operator' WHERE sequence = 2", 2, "content")]
    [InlineData("UPDATE change_log SET hash = @zeros WHERE sequence = 7", 7, "content")]
    [InlineData("UPDATE change_log SET previous_hash = @zeros WHERE sequence = 7", 7, "chained")]
    [InlineData("DELETE FROM change_log WHERE sequence = 1", 1, "missing")]
    [InlineData("DELETE FROM change_log WHERE sequence = 9", 9, "missing")]
    [InlineData("DELETE FROM change_log WHERE sequence = 20", 20, "ends at 19")]
    [InlineData("DELETE FROM change_log WHERE sequence > 12", 13, "ends at 12")]
    [InlineData("DELETE FROM change_log; UPDATE change_head SET last_sequence = 3", 1, "ends at 0")]
    [InlineData("UPDATE change_head SET last_hash = @zeros", 20, "head")]
    [InlineData("DELETE FROM change_log WHERE sequence = 12; UPDATE change_head SET last_sequence = 12", 12, "missing")]
    public async Task Tampering_with_the_database_is_located(string change, long brokenAt, string said)
    {
        await using var service = await TestService.Start(storage: storage);
        for (var i = 0; i < 20; i++)
            await service.Put($"projects/{i % 3}", $"{i}");
        var intact = await ChainVerification.Run(service.Log, CancellationToken.None);
        Assert.Equal((true, 20, 0), (intact.Intact, intact.VerifiedCount, intact.FirstBrokenSequence));
        Assert.Equal((await service.Changes())[^1].Hash, intact.HeadHash);

        await service.Tamper(change, new { later = new RecordedTime(1), nothing = Array.Empty<byte>(), zeros = new byte[32] });
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        var broken = await ChainVerification.Run(service.Log, timeout.Token);
        Assert.Equal((false, brokenAt, brokenAt == 20 && said == "head" ? 20 : brokenAt - 1), (broken.Intact, broken.FirstBrokenSequence, broken.VerifiedCount));
        Assert.Contains(said, broken.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_log_is_intact()
    {
        await using var service = await TestService.Start(storage: storage);
        var answer = await ChainVerification.Run(service.Log, CancellationToken.None);
        Assert.Equal((true, 0, true), (answer.Intact, answer.VerifiedCount, answer.HeadHash.IsEmpty));
    }

    [Fact]
    public async Task A_log_that_grows_during_verification_is_intact()
    {
        await using var service = await TestService.Start(storage: storage);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
                await service.Put($"projects/{i % 3}");
        });
        for (var i = 0; i < 50; i++)
            Assert.True((await ChainVerification.Run(service.Log, CancellationToken.None)).Intact);
        await enough.CancelAsync();
        await writing;
    }
}
