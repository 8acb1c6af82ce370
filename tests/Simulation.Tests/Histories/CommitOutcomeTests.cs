// At stake: after a failed commit, the caller must learn that it was committed, that it was not, or that the outcome is unknown, and this
// must be true. The disk loses the answer to one commit, and fails again at each later step.
using Mining.Investors.V1;
using Mining.Simulation.Histories;
using Xunit;

namespace Mining.Simulation.Tests.Histories;

public sealed class CommitOutcomeTests
{
    private static readonly TimeSpan Sent = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(2);

    private readonly SendCommand command = new(
        Sent,
        Number: 1,
        new CreateInvestorRequest { InvestorId = "bank", Investor = new() { DisplayName = "Bank", Country = "DE", Kind = InvestorKind.DevelopmentBank } },
        HasRequestId: false,
        AtOnce: 1,
        ReusesIdOf: null);

    [Fact]
    public void A_commit_with_a_lost_answer_is_recognised_as_committed()
    {
        var outcome = Run(CommitFault(DatabaseEffect.FailAfter));
        Assert.Null(outcome.Problem);
        Assert.Equal(1, outcome.Answers["OK"]);
        Assert.Equal(1, outcome.Faults.Counts["commit done, its answer lost"]);
        Assert.Equal(1, outcome.Changes);
    }

    [Fact]
    public void A_failed_commit_is_answered_as_failed_and_leaves_no_trace()
    {
        var outcome = Run(CommitFault(DatabaseEffect.FailBefore));
        Assert.Null(outcome.Problem);
        Assert.Equal(1, outcome.Answers["Unavailable STORAGE_UNAVAILABLE"]);
        Assert.Equal(0, outcome.Changes);
    }

    [Fact]
    public void When_the_disk_fails_after_a_commit_the_outcome_is_reported_as_unknown()
    {
        var unknown = 0L;
        for (var step = 0; step < 30; step++)
        {
            var outcome = Run(
                CommitFault(DatabaseEffect.FailAfter),
                new DatabaseFault(Sent, "investors", DatabaseEffect.FailBefore, AfterSteps: step, Times: 1, OnlyCommits: false, TimeSpan.Zero));
            Assert.Null(outcome.Problem);
            if (outcome.Answers.GetValueOrDefault("Unavailable OUTCOME_UNKNOWN") is var count and > 0)
            {
                unknown += count;
                Assert.Equal(1, outcome.Changes); // it was committed, but the outcome was unknown
            }
        }

        Assert.True(unknown > 0, "No step led to an unknown outcome.");
    }

    private static DatabaseFault CommitFault(DatabaseEffect effect) =>
        new(Sent, "investors", effect, AfterSteps: 0, Times: 1, OnlyCommits: true, TimeSpan.Zero);

    private Outcome Run(params HistoryEvent[] faults) => new HistoryRun(new History(1, [.. faults, command], End)).Run();
}
