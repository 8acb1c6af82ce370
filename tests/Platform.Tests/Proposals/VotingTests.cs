// At stake: whose votes count for a proposal, and how often. Covers every way to obtain an approval that a side has not given, and to lose
// one that it has given.
using Google.Protobuf.WellKnownTypes;
using Mining.Platform.Authentication;
using Mining.Proposals;
using Mining.Proposals.V1;
using Xunit;

namespace Mining.Platform.Tests.Proposals;

public sealed class VotingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Caller Meyer = Officer("eu:meyer", "EU");
    private static readonly Caller Dubois = Officer("eu:dubois", "EU");
    private static readonly Caller Smith = Officer("us:smith", "US");
    private static readonly Caller Jones = Officer("us:jones", "US");
    private static readonly Caller Both = Officer("local:developer", "EU", "US");
    private static readonly Caller Sato = Officer("jp:sato", "JP");

    [Fact]
    public void A_proposal_is_agreed_once_every_side_has_approved()
    {
        var raised = Raise(Meyer);
        Assert.False(Voting.IsAgreed(raised));
        var approved = Voting.Approve(raised, Smith, "yes", Now).OrThrow();
        Assert.True(Voting.IsAgreed(approved));
        Assert.Equal([("eu:meyer", "EU"), ("us:smith", "US")], approved.Approvals.Select(vote => (vote.Caller, Assert.Single(vote.Sides))));
        var all = Voting.InTheNameOfAll(approved);
        Assert.Equal("eu:meyer and us:smith", all.Name);
        Assert.Equal(["EU", "US"], all.Sides);
    }

    [Fact]
    public void A_caller_for_all_sides_approves_by_proposing() => Assert.True(Voting.IsAgreed(Raise(Both)));

    [Fact]
    public void A_side_approves_only_once()
    {
        var raised = Raise(Meyer);
        Assert.Equal("ALREADY_APPROVED", Voting.Approve(raised, Meyer, "", Now).Refusal?.Reason);
        Assert.Equal("ALREADY_APPROVED", Voting.Approve(raised, Dubois, "", Now).Refusal?.Reason);
        Assert.Equal("OTHER_SIDE", Voting.Approve(raised, Sato, "", Now).Refusal?.Reason);
        Assert.Equal("OTHER_SIDE", Voting.Reject(raised, Sato, "no", Now).Refusal?.Reason);
        Assert.Equal("OTHER_SIDE", Voting.Withdraw(raised, Smith, "", Now).Refusal?.Reason);
        Assert.Equal("OTHER_SIDE", Voting.Raise(Draft(), ["EU", "US"], new HashSet<string>(), Sato, "mine", Now).Refusal?.Reason);
    }

    [Fact]
    public void Four_eyes_approval_needs_two_people_of_a_side()
    {
        var raised = Raise(Meyer, "EU", "US");
        Assert.Equal("ALREADY_APPROVED", Voting.Approve(raised, Meyer, "", Now).Refusal?.Reason);
        var first = Voting.Approve(raised, Smith, "", Now).OrThrow();
        Assert.Equal("ALREADY_APPROVED", Voting.Approve(first, Smith, "", Now).Refusal?.Reason);
        var second = Voting.Approve(first, Jones, "", Now).OrThrow();
        Assert.False(Voting.IsAgreed(second)); // the proposer is one of two
        Assert.True(Voting.IsAgreed(Voting.Approve(second, Dubois, "", Now).OrThrow()));
    }

    [Fact]
    public void A_caller_for_both_sides_still_counts_as_one_person()
    {
        var raised = Raise(Both, "US");
        Assert.False(Voting.IsAgreed(raised));
        Assert.Equal("ALREADY_APPROVED", Voting.Approve(raised, Both, "", Now).Refusal?.Reason);
        Assert.True(Voting.IsAgreed(Voting.Approve(raised, Smith, "", Now).OrThrow()));
    }

    [Fact]
    public void An_expired_proposal_takes_no_votes_and_its_expiry_is_recorded_once()
    {
        var raised = Raise(Meyer);
        var last = raised.ExpireTime.ToDateTimeOffset().AddTicks(-10);
        Assert.Null(Voting.Approve(raised, Smith, "", last).Refusal);
        Assert.Same(raised, Voting.Expire(raised, last));
        var over = raised.ExpireTime.ToDateTimeOffset();
        Assert.Equal("PROPOSAL_EXPIRED", Voting.Approve(raised, Smith, "", over).Refusal?.Reason);
        Assert.Equal("PROPOSAL_EXPIRED", Voting.Reject(raised, Smith, "no", over).Refusal?.Reason);
        Assert.Equal("PROPOSAL_EXPIRED", Voting.Withdraw(raised, Meyer, "", over).Refusal?.Reason);
        var expired = Voting.Expire(raised, over);
        Assert.Equal(ProposalState.Expired, expired.State);
        Assert.Same(expired, Voting.Expire(expired, over));
    }

    [Fact]
    public void An_ended_proposal_never_changes_state()
    {
        var raised = Raise(Meyer);
        foreach (var ended in (Proposal[])
        [
            Voting.Reject(raised, Smith, "no", Now).OrThrow(), Voting.Withdraw(raised, Dubois, "", Now).OrThrow(),
            Voting.Expire(raised, Now.AddDays(31)), Voting.TakeEffect(raised, "projects/p", 2),
        ])
        {
            Assert.Equal("PROPOSAL_NOT_OPEN", Voting.Approve(ended, Smith, "", Now).Refusal?.Reason);
            Assert.Equal("PROPOSAL_NOT_OPEN", Voting.Reject(ended, Smith, "no", Now).Refusal?.Reason);
            Assert.Equal("PROPOSAL_NOT_OPEN", Voting.Withdraw(ended, Meyer, "", Now).Refusal?.Reason);
            Assert.Same(ended, Voting.Expire(ended, Now.AddDays(31)));
        }

        Assert.Equal(ProposalState.Open, raised.State); // none of this has changed the original
        Assert.Single(raised.Approvals);
    }

    [Fact]
    public void A_proposal_is_visible_to_its_sides_and_auditors()
    {
        var raised = Raise(Meyer);
        Assert.All((Caller[])[Meyer, Smith, Both, Sato with { Roles = Roles.Auditor }], caller => Assert.True(Voting.IsSeenBy(raised, caller)));
        Assert.All((Caller[])[Sato, Sato with { Roles = Roles.Board }, Meyer with { Sides = [] }], caller => Assert.False(Voting.IsSeenBy(raised, caller)));
    }

    [Fact]
    public void Names_beyond_the_logs_limit_are_counted_not_truncated()
    {
        var raised = Raise(Meyer);
        raised.Approvals.Add(Enumerable.Range(0, 20).Select(i => new Vote { Caller = $"side-{i}:{new string('x', 40)}", Sides = { "US" } }));
        var name = Voting.InTheNameOfAll(raised).Name;
        Assert.InRange(name.Length, 200, 256);
        Assert.StartsWith("eu:meyer and side-0:", name, StringComparison.Ordinal);
        Assert.EndsWith("x and 16 more", name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proposals/investors-17", "investors")]
    [InlineData("proposals/17", null)]
    [InlineData("projects/investors-17", null)]
    [InlineData("", null)]
    public void A_proposals_name_identifies_its_service(string name, string? service) => Assert.Equal(service, ProposalName.ServiceOf(name));

    private static Caller Officer(string name, params string[] sides) => new(name) { Sides = sides, Roles = Roles.Officer };

    private static Proposal Draft() => new() { Name = ProposalName.Of("investors", 17), ExpireTime = Timestamp.FromDateTimeOffset(Now.AddDays(30)) };

    private static Proposal Raise(Caller caller, params string[] withFourEyes) =>
        Voting.Raise(Draft(), ["EU", "US"], withFourEyes.ToHashSet(), caller, "because", Now).OrThrow();
}
