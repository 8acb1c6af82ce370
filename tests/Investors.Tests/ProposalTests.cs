// At stake: time and limits of proposals. A proposal expires on time, however late that is recorded; a side cannot fill the database; and
// an approval whose command is refused leaves nothing. On a real database, with a clock that the test advances.
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Mining.Investors.Features;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Proposals;
using Mining.Proposals.V1;
using Mining.Testing;
using Xunit;
using Date = Google.Type.Date;

namespace Mining.Investors.Tests;

public abstract class ProposalSuite(TestStorage storage) : IAsyncLifetime
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private static readonly Caller Europe = new("eu:meyer") { Sides = ["EU"], Roles = Roles.Officer };
    private static readonly Caller America = new("us:smith") { Sides = ["US"], Roles = Roles.Officer };

    private readonly MovedClock clock = new();
    private ServiceOnDisk service = null!;

    public async ValueTask InitializeAsync()
    {
        service = await ServiceOnDisk.Start(
            storage, "investors", typeof(PartnershipStore).Assembly, services => services.AddInvestors().AddSingleton<TimeProvider>(clock), wrap: null, "projects/p");
        var partnership = new Partnership
        {
            Name = "partnerships/p",
            DisplayName = "Two sides",
            ReportingCurrency = "EUR",
            Sides =
            {
                new Side { SideId = "EU", DisplayName = "Europe", Countries = { "FR" }, TargetSharePpm = 500_000 },
                new Side { SideId = "US", DisplayName = "America", Countries = { "US" }, TargetSharePpm = 500_000 },
            },
        };
        await service.Get<Committer>().Run(Command.OfService("test", "Make"), work => PartnershipStore.Save(work, null, partnership), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_expired_proposal_cannot_be_approved_even_before_its_expiry_is_recorded()
    {
        var raised = await Raise(Rename("New"), hours: 2);
        clock.Ahead = TimeSpan.FromHours(2);
        await Refuses("PROPOSAL_EXPIRED", () => Approve(raised));
        await service.Get<ProposalExpiry>().RunOnce(CancellationToken.None);
        var expired = await Read(raised);
        Assert.Equal((ProposalState.Expired, 2), (expired.State, expired.Version));
        await Refuses("PROPOSAL_NOT_OPEN", () => Approve(raised));
        await service.Get<ProposalExpiry>().RunOnce(CancellationToken.None);
        Assert.Equal(expired, await Read(raised));
        var last = (await service.Changes())[^1];
        Assert.Equal(("service:investors", "ExpireProposal", raised.Name), (last.Actor, last.Method, last.Resource));
    }

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(1.1, true)]
    [InlineData(8_759, true)]
    [InlineData(8_761, false)]
    public async Task A_proposals_lifetime_is_between_an_hour_and_a_year(double hours, bool isAllowed)
    {
        if (isAllowed)
            Assert.Equal(ProposalState.Open, (await Raise(Rename("New"), hours)).State);
        else
            Assert.Equal("expire_time", Assert.Single((await Refuses("INVALID_FIELDS", () => Raise(Rename("New"), hours))).Fields).Field);
    }

    [Fact]
    public async Task A_late_repetition_gets_the_first_answer_even_if_its_lifetime_is_now_too_short()
    {
        var request = new RaiseProposalRequest
        {
            Command = Any.Pack(Rename("New")),
            Reason = "because",
            ExpireTime = Timestamp.FromDateTimeOffset(clock.GetUtcNow().AddHours(2)),
            RequestId = "once",
        };
        var raised = await service.Get<RaiseProposal>().Run(request, Europe, CancellationToken.None);
        clock.Ahead = TimeSpan.FromHours(1.5);
        Assert.Equal(raised, await service.Get<RaiseProposal>().Run(request, Europe, CancellationToken.None));
    }

    [Fact]
    public async Task Open_proposals_are_limited_per_side()
    {
        Proposal first = null!;
        for (var i = 0; i < RaiseProposal.MaxOpenProposals; i++)
            first = await Raise(Rename($"Number {i}"));
        await Refuses("TOO_MANY_OPEN_PROPOSALS", () => Raise(Rename("One more")));
        Assert.Equal(ProposalState.Open, (await Raise(Rename("Theirs"), caller: America)).State);
        await service.Get<WithdrawProposal>().Run(new WithdrawProposalRequest { Name = first.Name }, Europe, CancellationToken.None);
        await Raise(Rename("One more"));
    }

    [Fact]
    public async Task A_dry_run_leaves_no_trace_and_uses_no_sequence()
    {
        var before = await service.Changes();
        var raised = await Raise(Rename("New"));
        var added = (await service.Changes()).Skip(before.Count).ToList();
        Assert.Equal([raised.Name], added.Select(change => change.Resource));
        Assert.Equal($"proposals/investors-{before.Count + 1}", raised.Name);
        Assert.Equal("Two sides", (await service.Get<PartnershipStore>().Read("partnerships/p", CancellationToken.None)).DisplayName);
    }

    [Fact]
    public async Task An_approval_and_its_command_are_atomic()
    {
        await Create(new Investor { DisplayName = "A bank", Country = "FR", Kind = InvestorKind.Fund }, "bank");
        await Take(new UpdatePartnershipRequest { Partnership = new() { Name = "partnerships/p", ClosedThrough = new Date { Year = 2024, Month = 12, Day = 31 } } });
        var loan = new Commitment { Investor = "investors/bank", Project = "projects/p", Instrument = Instrument.Loan, CurrencyCode = "EUR" };
        var raised = await Raise(new CreateCommitmentRequest { CommitmentId = "late", Commitment = loan });
        // Meanwhile the record is created in another way.
        await service.Get<CreateCommitment>().Run(
            new() { CommitmentId = "late", Commitment = new(loan) { AnnouncementDate = new Date { Year = 2025 } } }, Europe, CancellationToken.None);
        var before = (await service.Changes()).Count;
        await Refuses("RESOURCE_ALREADY_EXISTS", () => Approve(raised));
        Assert.Equal(before, (await service.Changes()).Count);
        Assert.Equal(raised, await Read(raised));
    }

    [Fact]
    public async Task A_side_that_joined_later_has_not_approved()
    {
        var raised = await Raise(Rename("New"));
        var three = (await service.Get<PartnershipStore>().Read("partnerships/p", CancellationToken.None)).Sides.Clone();
        (three[0].TargetSharePpm, three[1].TargetSharePpm) = (400_000, 400_000);
        three.Add(new Side { SideId = "JP", DisplayName = "Japan", Countries = { "JP" }, TargetSharePpm = 200_000 });
        await Take(new UpdatePartnershipRequest { Partnership = new() { Name = "partnerships/p", Sides = { three } } });
        var refusal = await Refuses("JOINT_DECISION_NEEDED", () => Approve(raised));
        Assert.Contains("needs the approval of JP", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ProposalState.Open, (await Read(raised)).State);
    }

    [Fact]
    public async Task A_too_large_or_malformed_command_is_refused()
    {
        var large = await Refuses("INVALID_FIELDS", () => Raise(Rename(new string('x', RaiseProposal.MaxCommandBytes))));
        Assert.Equal("command.value", Assert.Single(large.Fields).Field);
        var broken = new RaiseProposalRequest
        {
            Command = new Any { TypeUrl = Any.Pack(Rename("")).TypeUrl, Value = ByteString.CopyFrom(0xff, 0xff) },
            Reason = "because",
        };
        var refusal = await Refuses("INVALID_FIELDS", () => service.Get<RaiseProposal>().Run(broken, Europe, CancellationToken.None));
        Assert.Equal("command.value", Assert.Single(refusal.Fields).Field);
    }

    [Fact]
    public async Task All_changes_of_an_approved_command_name_every_approver_and_the_approvals_request_id()
    {
        await Create(new Investor { DisplayName = "A bank", Country = "FR", Kind = InvestorKind.Fund, BeneficialOwners = { new BeneficialOwner { Country = "CN", SharePpm = 300_000 } } }, "owned");
        await service.Get<CreateCommitment>().Run(
            new() { CommitmentId = "one", Commitment = new() { Investor = "investors/owned", Project = "projects/p", Instrument = Instrument.Loan, CurrencyCode = "EUR" } },
            Europe,
            CancellationToken.None);
        var rule = new OutsideOwnershipRule { CoveredCountries = { "CN" }, LimitPpm = 250_000, Effect = OutsideOwnershipRule.Types.Effect.Mark };
        var raised = await Raise(new UpdatePartnershipRequest { Partnership = new() { Name = "partnerships/p", OutsideOwnershipRule = rule } });
        var before = (await service.Changes()).Count;
        await service.Get<ApproveProposal>().Run(new ApproveProposalRequest { Name = raised.Name, RequestId = "approval" }, America, CancellationToken.None);
        var changes = (await service.Changes()).Skip(before).ToList();
        Assert.Equal(["partnerships/p", "commitments/one", raised.Name], changes.Select(change => change.Resource));
        Assert.All(changes, change => Assert.Equal("approval", change.RequestId));
        Assert.All(changes.Take(2), change => Assert.Equal(("eu:meyer and us:smith", "UpdatePartnership"), (change.Actor, change.Method)));
        Assert.Equal(("us:smith", "ApproveProposal"), (changes[2].Actor, changes[2].Method));
    }

    [Fact]
    public async Task A_caller_for_all_sides_needs_no_proposal_and_its_proposals_take_effect_at_once()
    {
        var both = Europe with { Name = "local:developer", Sides = ["EU", "US"] };
        var taken = await Raise(Rename("At once"), caller: both);
        Assert.Equal((ProposalState.TakenEffect, 2, 2), (taken.State, taken.Version, taken.ResourceVersion));
        Assert.Equal(3, (await service.Get<UpdatePartnership>().Run(Rename("Directly"), both, CancellationToken.None)).Version);
    }

    private static UpdatePartnershipRequest Rename(string name) => new() { Partnership = new() { Name = "partnerships/p", DisplayName = name } };

    private Task<Proposal> Raise(IMessage command, double? hours = null, Caller? caller = null) => service.Get<RaiseProposal>().Run(
        new()
        {
            Command = Any.Pack(command),
            Reason = "because",
            ExpireTime = hours is { } life ? Timestamp.FromDateTimeOffset(clock.GetUtcNow().AddHours(life)) : null,
        },
        caller ?? Europe,
        CancellationToken.None);

    private Task<Proposal> Approve(Proposal proposal) =>
        service.Get<ApproveProposal>().Run(new ApproveProposalRequest { Name = proposal.Name }, America, CancellationToken.None);

    private async Task Take(IMessage command) => Assert.Equal(ProposalState.TakenEffect, (await Approve(await Raise(command))).State);

    private Task<Proposal> Read(Proposal proposal) => service.Get<ReadProposals>().Run(new GetProposalRequest { Name = proposal.Name }, Europe, CancellationToken.None);

    private Task<Investor> Create(Investor investor, string id) =>
        service.Get<CreateInvestor>().Run(new() { InvestorId = id, Investor = investor }, Europe, CancellationToken.None);

    private static async Task<Refusal> Refuses(string reason, Func<Task> command)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(command);
        Assert.Equal(reason, refused.Refusal.Reason);
        return refused.Refusal;
    }

    /// <summary>A clock that the test can set ahead.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}

public sealed class ProposalTests() : ProposalSuite(TestStorage.Sqlite);

public sealed class ProposalOnSqlServerTests() : ProposalSuite(TestStorage.SqlServer);
