// At stake: neither side decides alone what concerns both, and a joint decision is executed once, on behalf of both. On a real mesh,
// through the gateway, with the tokens of both sides.
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.LocalMesh.Identity;
using Mining.Mesh.Tests.Access;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Testing;
using Xunit;
using Date = Google.Type.Date;
using static Mining.Mesh.Tests.JointDecisions.Side;

namespace Mining.Mesh.Tests.JointDecisions;

public sealed class ProposalTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>, IDisposable
{
    private const string Partnership = "partnerships/eu-us";

    private readonly MeshProcesses mesh = matrix.Mesh;
    private readonly Side europe = new(matrix.Mesh, Officer("eu-officer", "EU"));
    private readonly Side america = new(matrix.Mesh, Officer("us-officer", "US"));
    private readonly Side otherAmerican = new(matrix.Mesh, Officer("us-officer-2", "US"));

    public void Dispose()
    {
        foreach (var side in (Side[])[europe, america, otherAmerican])
            side.Dispose();
    }

    [Fact]
    public async Task A_proposal_approved_by_the_other_side_is_executed_once_on_behalf_of_both()
    {
        var before = await Present();
        var change = Targets(before, 450_000);
        await Refused.By(() => europe.Investors.UpdatePartnershipAsync(change).ResponseAsync, StatusCode.FailedPrecondition, "JOINT_DECISION_NEEDED");
        using var watch = america.Proposals.WatchProposals(new() { Source = "investors" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));

        var raised = await europe.Raise(change, "We carry less for the time being.");
        Assert.Equal((ProposalState.Open, Partnership, 0), (raised.State, raised.Resource, raised.ResourceVersion));
        Assert.Equal([("EU", 1), ("US", 1)], raised.NeededApprovals.Select(needed => (needed.SideId, needed.PeopleCount)));
        Assert.Equal(before, await Present());
        var seen = await Seen(watch, raised.Name);
        Assert.Equal(raised, seen);
        Assert.Equal(change, seen.Command.Unpack<UpdatePartnershipRequest>());

        var approval = new ApproveProposalRequest { Name = raised.Name, Reason = "Agreed.", RequestId = "once" };
        var taken = await america.Proposals.ApproveProposalAsync(approval);
        Assert.Equal((ProposalState.TakenEffect, before.Version + 1), (taken.State, taken.ResourceVersion));
        Assert.Equal(taken, await Seen(watch, raised.Name));
        Assert.Equal(450_000, (await Present()).Sides[0].TargetSharePpm);

        // Repeating the same approval gives the same answer and does nothing; a new one comes too late.
        Assert.Equal(taken, await america.Proposals.ApproveProposalAsync(approval));
        await Refused.By(() => Approve(america, raised), StatusCode.FailedPrecondition, "PROPOSAL_NOT_OPEN");
        var changes = (await Feed("investors")).Where(entry => entry.Resource == Partnership && entry.Version > before.Version).ToList();
        var made = Assert.Single(changes);
        Assert.Equal(("local:eu-officer and local:us-officer", "UpdatePartnership"), (made.Actor, made.Method));
        Assert.True((await mesh.Feed.VerifyChainAsync(new() { Source = "investors" })).Intact);
    }

    [Fact]
    public async Task A_sides_own_token_cannot_approve_for_the_other()
    {
        var before = await Present();
        var raised = await europe.Raise(Targets(before, 900_000), "More for us.");
        await Refused.By(() => Approve(europe, raised), StatusCode.FailedPrecondition, "ALREADY_APPROVED");
        using var second = new Side(mesh, Officer("eu-officer-2", "EU"));
        await Refused.By(() => Approve(second, raised), StatusCode.FailedPrecondition, "ALREADY_APPROVED");
        // A token that claims more than its issuer may grant, or nothing, is worth no more.
        using var nobody = new Side(mesh, new Persona("nobody", "", [], ["officer"]));
        await Refused.By(() => Approve(nobody, raised), StatusCode.PermissionDenied, "SIDE_REQUIRED");
        using var japan = new Side(mesh, Officer("jp-officer", "JP"));
        await Refused.By(() => Approve(japan, raised), StatusCode.PermissionDenied, "SIDE_REQUIRED");
        await Refused.By(() => europe.Proposals.WithdrawProposalAsync(new() { Name = "proposals/investors-999999" }).ResponseAsync, StatusCode.NotFound, "RESOURCE_NOT_FOUND");
        Assert.Equal(before, await Present());
        Assert.Single((await europe.Proposals.GetProposalAsync(new() { Name = raised.Name })).Approvals);
    }

    [Fact]
    public async Task A_rejection_or_a_withdrawal_ends_a_proposal()
    {
        var before = await Present();
        var raised = await europe.Raise(Targets(before, 100_000), "Less for us.");
        await Refused.By(
            () => america.Proposals.RejectProposalAsync(new() { Name = raised.Name }).ResponseAsync, StatusCode.InvalidArgument, "INVALID_FIELDS");
        var rejected = await america.Proposals.RejectProposalAsync(new() { Name = raised.Name, Reason = "Too little." });
        Assert.Equal((ProposalState.Rejected, "local:us-officer", "Too little."), (rejected.State, rejected.Closing.Caller, rejected.Closing.Reason));
        await Refused.By(() => Approve(america, raised), StatusCode.FailedPrecondition, "PROPOSAL_NOT_OPEN");

        raised = await europe.Raise(Targets(before, 100_000), "Once more.");
        await Refused.By(
            () => america.Proposals.WithdrawProposalAsync(new() { Name = raised.Name }).ResponseAsync, StatusCode.PermissionDenied, "OTHER_SIDE");
        Assert.Equal(ProposalState.Withdrawn, (await europe.Proposals.WithdrawProposalAsync(new() { Name = raised.Name })).State);
        await Refused.By(() => Approve(america, raised), StatusCode.FailedPrecondition, "PROPOSAL_NOT_OPEN");
        Assert.Equal(before, await Present());
    }

    [Fact]
    public async Task A_joint_project_moves_to_financing_with_both_approvals()
    {
        var name = await Mine("joint", "EU", "US");
        var move = new ChangeStageRequest { Name = name, Stage = Stage.Financing, Reason = "The study is done." };
        await Refused.By(() => europe.Projects.ChangeStageAsync(move).ResponseAsync, StatusCode.FailedPrecondition, "JOINT_DECISION_NEEDED");
        await Refused.By(
            () => america.Projects.ChangeStageAsync(new() { Name = name, Stage = Stage.Operating, Reason = "Past it." }).ResponseAsync,
            StatusCode.FailedPrecondition, "JOINT_DECISION_NEEDED");
        await europe.Projects.ChangeStageAsync(new() { Name = name, Stage = Stage.Permitting, Reason = "No money moves yet." });

        var raised = await america.Raise(move, "Let us finance it.");
        Assert.StartsWith("proposals/projects-", raised.Name, StringComparison.Ordinal);
        Assert.Equal(ProposalState.TakenEffect, (await Approve(europe, raised)).State);
        Assert.Equal(Stage.Financing, (await europe.Projects.GetProjectAsync(new() { Name = name })).Stage);
        var revision = (await mesh.ProjectsClient.ListRevisionsAsync(new() { Name = name })).Revisions[0];
        Assert.Equal(("local:us-officer and local:eu-officer", "ChangeStage"), (revision.Actor, revision.Method));
        // What is not joint concerns only its own side.
        var own = await Mine("own", "EU");
        move.Name = own;
        await Refused.By(() => europe.Raise(move, "Alone."), StatusCode.FailedPrecondition, "JOINT_DECISION_NOT_NEEDED");
        await europe.Projects.ChangeStageAsync(move);
    }

    [Fact]
    public async Task An_approval_after_a_change_of_the_record_is_refused_and_the_proposal_stays_open()
    {
        var before = await Present();
        var change = Targets(before, 480_000);
        change.Etag = before.Etag;
        var raised = await europe.Raise(change, "As it is now.");
        await mesh.InvestorsClient.UpdatePartnershipAsync(new() { Partnership = new() { Name = Partnership, DisplayName = $"Renamed {before.Version}" } });
        await Refused.By(() => Approve(america, raised), StatusCode.Aborted, "ETAG_MISMATCH");
        var present = await america.Proposals.GetProposalAsync(new() { Name = raised.Name });
        Assert.Equal((ProposalState.Open, 1), (present.State, present.Approvals.Count));
        Assert.NotEqual(480_000, (await Present()).Sides[0].TargetSharePpm);
    }

    [Fact]
    public async Task Four_eyes_approval_needs_two_people_of_a_side_in_both_services()
    {
        var before = await Present();
        var fourEyes = before.Sides.Clone();
        fourEyes.Single(side => side.SideId == "US").FourEyes = true;
        await mesh.InvestorsClient.UpdatePartnershipAsync(new() { Partnership = new() { Name = Partnership, Sides = { fourEyes } } });
        var name = await Mine("four-eyes", "EU", "US");
        foreach (var raised in (Proposal[])
        [
            await europe.Raise(new UpdatePartnershipRequest { Partnership = new() { Name = Partnership, Sides = { before.Sides } } }, "Two suffice."),
            await europe.Raise(new ChangeStageRequest { Name = name, Stage = Stage.Construction, Reason = "Decided." }, "Let us build it."),
        ])
        {
            Assert.Equal([("EU", 1), ("US", 2)], raised.NeededApprovals.Select(needed => (needed.SideId, needed.PeopleCount)));
            Assert.Equal(ProposalState.Open, (await Approve(america, raised)).State);
            var status = await Refused.By(() => Approve(america, raised), StatusCode.FailedPrecondition, "ALREADY_APPROVED");
            Assert.Contains("four eyes", status.Message, StringComparison.Ordinal);
            Assert.Equal(ProposalState.TakenEffect, (await Approve(otherAmerican, raised)).State);
        }

        Assert.DoesNotContain((await Present()).Sides, side => side.FourEyes);
    }

    [Fact]
    public async Task Correcting_a_closed_period_needs_both_sides_and_later_changes_need_one()
    {
        await america.Investors.CreateInvestorAsync(new() { InvestorId = "closed", Investor = new() { DisplayName = "A bank", Country = "US", Kind = InvestorKind.Fund } });
        var name = await Mine("closed", "EU", "US");
        var loan = new Commitment
        {
            Investor = "investors/closed",
            Project = name,
            Instrument = Instrument.Loan,
            CurrencyCode = "USD",
            Amount = new() { CurrencyCode = "USD", Units = 100 },
            AnnouncementDate = new Date { Year = 2024, Month = 3 },
        };
        await america.Investors.CreateCommitmentAsync(new() { CommitmentId = "closed", Commitment = loan });
        var close = new UpdatePartnershipRequest { Partnership = new() { Name = Partnership, ClosedThrough = new Date { Year = 2024, Month = 12, Day = 31 } } };
        await Approve(america, await europe.Raise(close, "The year is audited."));

        var sign = new SignCommitmentRequest { Name = "commitments/closed", Date = new Date { Year = 2024, Month = 6 } };
        var status = await Refused.By(() => america.Investors.SignCommitmentAsync(sign).ResponseAsync, StatusCode.FailedPrecondition, "PERIOD_CLOSED");
        Assert.Contains("2024-12-31", status.Message, StringComparison.Ordinal);
        await Refused.By(() => europe.Investors.SignCommitmentAsync(sign).ResponseAsync, StatusCode.PermissionDenied, "OTHER_SIDE");
        await Refused.By(
            () => america.Investors.CreateCommitmentAsync(new() { CommitmentId = "late", Commitment = loan }).ResponseAsync, StatusCode.FailedPrecondition, "PERIOD_CLOSED");
        await Refused.By(
            () => america.Investors.UpdateInvestorAsync(new() { Investor = new() { Name = loan.Investor, BeneficialOwners = { new BeneficialOwner { Country = "FR", SharePpm = 1 } } } }).ResponseAsync,
            StatusCode.FailedPrecondition, "PERIOD_CLOSED");
        await america.Investors.UpdateCommitmentAsync(new() { Commitment = new() { Name = sign.Name, Note = "No figure." } });
        await america.Investors.UpdateCommitmentAsync(new()
        {
            Commitment = new() { Name = sign.Name, Amount = new() { CurrencyCode = "USD", Units = 120 } },
            EffectiveDate = new Date { Year = 2025 },
        });

        Assert.Equal(ProposalState.TakenEffect, (await Approve(europe, await america.Raise(sign, "It was overlooked."))).State);
        Assert.Equal(sign.Date, (await america.Investors.GetCommitmentAsync(new() { Name = sign.Name })).Signing.Date);
        await mesh.InvestorsClient.UpdatePartnershipAsync(new() { Partnership = new() { Name = Partnership }, UpdateMask = new() { Paths = { "closed_through" } } });
    }

    [Fact]
    public async Task An_invalid_proposal_is_refused_with_every_violation()
    {
        var wrong = Targets(await Present(), 450_000);
        wrong.Partnership.Sides[0].TargetSharePpm = 1;
        wrong.Partnership.ReportingCurrency = "XXXX";
        wrong.RequestId = "mine";
        var status = await Refused.By(() => europe.Raise(wrong, ""), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["command.request_id", "reason"], status.Fields());
        wrong.RequestId = "";
        status = await Refused.By(() => europe.Raise(wrong, "Nonsense."), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["command.partnership.sides", "command.partnership.reporting_currency"], status.Fields());

        var name = await Mine("nonsense", "EU", "US");
        await Refused.By(
            () => europe.Raise(new ChangeStageRequest { Name = name, Stage = Stage.Closed, Reason = "closed" }, "Close it."), StatusCode.FailedPrecondition, "STAGE_TRANSITION_NOT_ALLOWED");
        await Refused.By(() => europe.Raise(new GetProjectRequest { Name = name }, "Read it."), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(() => europe.Raise(new Empty(), "Nothing."), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(
            () => europe.Proposals.RaiseProposalAsync(new() { Command = Any.Pack(wrong), Reason = "Soon.", ExpireTime = new Timestamp { Seconds = long.MaxValue } }).ResponseAsync,
            StatusCode.InvalidArgument, "INVALID_FIELDS");
        // A validate-only request leaves nothing.
        var asked = await europe.Proposals.RaiseProposalAsync(
            new() { Command = Any.Pack(Targets(await Present(), 450_000)), Reason = "Only asked.", ValidateOnly = true });
        await Refused.By(() => europe.Proposals.GetProposalAsync(new() { Name = asked.Name }).ResponseAsync, StatusCode.NotFound, "RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task Proposals_are_visible_to_their_sides_and_to_auditors()
    {
        var raised = await europe.Raise(Targets(await Present(), 470_000), "To be seen.");
        using var auditor = new Side(mesh, new Persona("auditor", "", [], ["auditor"]));
        using var board = new Side(mesh, new Persona("us-board", "", ["US"], ["board"]));
        using var stranger = new Side(mesh, new Persona("board", "", [], ["board"]));
        foreach (var reader in (Side[])[europe, america, auditor, board])
        {
            var listed = await reader.Proposals.ListProposalsAsync(new() { Source = "investors", States = { ProposalState.Open }, PageSize = 1 });
            Assert.Equal(raised, Assert.Single(listed.Proposals));
            Assert.Equal(raised, await reader.Proposals.GetProposalAsync(new() { Name = raised.Name }));
        }

        Assert.Empty((await stranger.Proposals.ListProposalsAsync(new() { Source = "investors" })).Proposals);
        await Refused.By(() => stranger.Proposals.GetProposalAsync(new() { Name = raised.Name }).ResponseAsync, StatusCode.NotFound, "RESOURCE_NOT_FOUND");
        await Refused.By(() => stranger.Proposals.ListProposalsAsync(new()).ResponseAsync, StatusCode.InvalidArgument, "INVALID_FIELDS");
    }

    [Fact]
    public async Task Paging_returns_each_proposal_once_latest_first()
    {
        var present = await Present();
        var raised = new List<string>();
        for (var i = 0; i < 5; i++)
            raised.Add((await america.Raise(Targets(present, 300_000 + i), $"Number {i}.")).Name);
        var seen = new List<string>();
        var request = new ListProposalsRequest { Source = "investors", PageSize = 2, States = { ProposalState.Open } };
        do
        {
            var page = await america.Proposals.ListProposalsAsync(request);
            seen.AddRange(page.Proposals.Select(proposal => proposal.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(raised.AsEnumerable().Reverse(), seen.Take(5));
    }

    private static UpdatePartnershipRequest Targets(Partnership present, int europePpm)
    {
        var sides = present.Sides.Clone();
        sides[0].TargetSharePpm = europePpm;
        sides[1].TargetSharePpm = 1_000_000 - europePpm;
        return new() { Partnership = new() { Name = Partnership, Sides = { sides } } };
    }

    private static Task<Proposal> Approve(Side side, Proposal proposal) =>
        side.Proposals.ApproveProposalAsync(new() { Name = proposal.Name }).ResponseAsync;

    private static async Task<Proposal> Seen(AsyncServerStreamingCall<WatchProposalsResponse> watch, string name)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await watch.ResponseStream.MoveNext(timeout.Token))
        {
            if (watch.ResponseStream.Current.Proposal is { } proposal && proposal.Name == name)
                return proposal;
        }

        throw new InvalidOperationException("The watch has ended.");
    }

    private async Task<Partnership> Present() => await mesh.InvestorsClient.GetPartnershipAsync(new() { Name = Partnership });

    private async Task<List<Change>> Feed(string source)
    {
        using var feed = mesh.Feed.ReadChanges(new() { Source = source });
        var changes = new List<Change>();
        await foreach (var answer in feed.ResponseStream.ReadAllAsync())
            changes.AddRange(answer.Changes);
        return changes;
    }

    private async Task<string> Mine(string id, params string[] parties) => (await mesh.ProjectsClient.CreateProjectAsync(new()
    {
        ProjectId = $"proposal-{id}",
        Project = new() { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining }, Stage = Stage.Feasibility, Parties = { parties } },
    })).Name;
}
