// At stake: what a caller of the commitments API relies on. A write succeeds or is refused as a whole, with every violation named, and
// never refers to a missing project or investor. Tested through the public API only, on real processes. The rules of dates and amounts have
// their own tests in Domain.
using Google.Type;
using Grpc.Core;
using Mining.Investors.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Investors.Tests;

public sealed class CommitmentApiTests(InvestorsOnSqlite investors) : CommitmentApiSuite(investors);

public sealed class CommitmentApiOnSqlServerTests(InvestorsOnSqlServer investors) : CommitmentApiSuite(investors);

public abstract class CommitmentApiSuite(InvestorsProcess investors)
{
    private readonly InvestorService.InvestorServiceClient client = investors.SkipUnlessAvailable().Client;

    [Fact]
    public async Task A_created_commitment_is_returned_unchanged()
    {
        var loan = await investors.Loan();
        loan.Note = "first tranche";
        loan.Status = CommitmentStatus.Cancelled; // output-only fields in a request are ignored
        loan.Signing = new Signing();
        loan.Disbursements.Add(new Disbursement { DisbursementId = "made-up" });
        var created = await client.CreateCommitmentAsync(new() { CommitmentId = InvestorsProcess.NextId(), Commitment = loan });
        var read = await client.GetCommitmentAsync(new() { Name = created.Name });
        Assert.Equal(created, read);
        Assert.Equal((1, CommitmentStatus.Pledged, CountingBasis.Additive), (read.Version, read.Status, read.CountingBasis));
        Assert.Equal((loan.Investor, loan.Project, loan.Amount, loan.Note), (read.Investor, read.Project, read.Amount, read.Note));
        Assert.Equal(new DatedAmount { Amount = loan.Amount }, Assert.Single(read.AmountHistory));
        Assert.Null(read.Signing);
        Assert.Empty(read.Disbursements);
    }

    [Fact]
    public async Task All_violations_are_named_at_once()
    {
        var request = new CreateCommitmentRequest
        {
            CommitmentId = "No Spaces",
            Commitment = new Commitment
            {
                Investor = "projects/not-an-investor",
                CurrencyCode = "EURO",
                Amount = new Money { CurrencyCode = "USD", Units = -1 },
                CountingBasis = (CountingBasis)99,
                AnnouncementDate = new Date { Year = 2025, Month = 13 },
                Note = new string('x', 4_001),
                Sources = { new Common.V1.Source() },
            },
        };
        var status = await Refused.By(async () => await client.CreateCommitmentAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "commitment_id", "commitment.investor", "commitment.project", "commitment.instrument", "commitment.currency_code",
                "commitment.amount", "commitment.amount.currency_code", "commitment.counting_basis", "commitment.announcement_date",
                "commitment.note", "commitment.sources[0].citation",
            ],
            status.Fields());
    }

    [Fact]
    public async Task An_empty_request_is_refused()
    {
        await Refused.By(async () => await client.CreateCommitmentAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(async () => await client.UpdateCommitmentAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(async () => await client.RecordDisbursementAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(async () => await client.SignCommitmentAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(async () => await client.CancelCommitmentAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
        await Refused.By(async () => await client.GetCommitmentAsync(new()), StatusCode.InvalidArgument, "INVALID_FIELDS");
    }

    [Fact]
    public async Task A_duplicate_id_is_refused()
    {
        var created = await investors.CreateCommitment();
        var request = new CreateCommitmentRequest { CommitmentId = created.Name[12..], Commitment = await investors.Loan() };
        await Refused.By(async () => await client.CreateCommitmentAsync(request), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task A_commitment_of_a_missing_investor_is_refused()
    {
        var loan = await investors.Loan();
        loan.Investor = "investors/nobody";
        var request = new CreateCommitmentRequest { CommitmentId = InvestorsProcess.NextId(), Commitment = loan };
        var status = await Refused.By(async () => await client.CreateCommitmentAsync(request), StatusCode.FailedPrecondition, "INVESTOR_NOT_FOUND");
        Assert.Equal("investors/nobody", status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations.Single().Subject);
        await Refused.By(
            async () => await client.GetCommitmentAsync(new() { Name = $"commitments/{request.CommitmentId}" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task A_commitment_runs_through_its_life_cycle()
    {
        var created = await investors.CreateCommitment();
        var signed = await client.SignCommitmentAsync(new() { Name = created.Name, Date = Month(2) });
        Assert.Equal((CommitmentStatus.Committed, Month(2)), (signed.Status, signed.Signing.Date));

        var payment = new Disbursement { Amount = InvestorsProcess.Euros(60), Date = Month(3) };
        var paid = await client.RecordDisbursementAsync(new() { Name = created.Name, Disbursement = payment });
        payment.DisbursementId = "1";
        Assert.Equal(CommitmentStatus.Disbursed, paid.Status);
        Assert.Equal(payment, Assert.Single(paid.Disbursements));

        var more = new Disbursement { Amount = InvestorsProcess.Euros(41), Date = Month(4) };
        await Refused.By(
            async () => await client.RecordDisbursementAsync(new() { Name = created.Name, Disbursement = more }),
            StatusCode.FailedPrecondition,
            "DISBURSED_MORE_THAN_COMMITTED");

        var cancelled = await client.CancelCommitmentAsync(new() { Name = created.Name, Date = Month(5), Reason = "merged" });
        Assert.Equal((CommitmentStatus.Cancelled, "merged"), (cancelled.Status, cancelled.Cancellation.Reason));
        Assert.Equal(payment, Assert.Single(cancelled.Disbursements));
        Assert.Equal(cancelled, await client.GetCommitmentAsync(new() { Name = created.Name }));
    }

    [Fact]
    public async Task A_payment_in_another_currency_is_refused()
    {
        var created = await investors.CreateCommitment();
        await client.SignCommitmentAsync(new() { Name = created.Name });
        var payment = new Disbursement { Amount = new Money { CurrencyCode = "USD", Units = 1 } };
        var status = await Refused.By(
            async () => await client.RecordDisbursementAsync(new() { Name = created.Name, Disbursement = payment }), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["disbursement.amount.currency_code"], status.Fields());
    }

    [Fact]
    public async Task A_new_amount_applies_from_its_date_and_the_old_one_before_it()
    {
        var created = await investors.CreateCommitment();
        var update = new UpdateCommitmentRequest { Commitment = new Commitment { Name = created.Name, Amount = InvestorsProcess.Euros(90) }, EffectiveDate = Month(6) };
        var updated = await client.UpdateCommitmentAsync(update);
        Assert.Equal(90, updated.Amount.Units);
        Assert.Equal(
            [new DatedAmount { Amount = InvestorsProcess.Euros(100) }, new DatedAmount { Amount = InvestorsProcess.Euros(90), EffectiveDate = Month(6) }],
            updated.AmountHistory);
        update.Commitment.Amount = InvestorsProcess.Euros(80);
        update.EffectiveDate = Month(5);
        await Refused.By(async () => await client.UpdateCommitmentAsync(update), StatusCode.FailedPrecondition, "EFFECTIVE_DATE_TOO_EARLY");
    }

    [Fact]
    public async Task Immutable_fields_are_refused_by_name_and_other_fields_change_independently()
    {
        var created = await investors.CreateCommitment();
        var update = new UpdateCommitmentRequest
        {
            Commitment = new Commitment { Name = created.Name, Note = "checked", Instrument = Instrument.Grant },
            UpdateMask = new() { Paths = { "note", "instrument", "signing" } },
        };
        var status = await Refused.By(async () => await client.UpdateCommitmentAsync(update), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["update_mask.paths[1]", "update_mask.paths[2]"], status.Fields());
        update.UpdateMask = null;
        var updated = await client.UpdateCommitmentAsync(update);
        Assert.Equal(("checked", Instrument.Loan, created.Amount), (updated.Note, updated.Instrument, updated.Amount));
    }

    [Fact]
    public async Task A_change_with_a_stale_etag_is_aborted()
    {
        var created = await investors.CreateCommitment();
        await client.SignCommitmentAsync(new() { Name = created.Name, Etag = created.Etag });
        await Refused.By(
            async () => await client.CancelCommitmentAsync(new() { Name = created.Name, Etag = created.Etag }), StatusCode.Aborted, "ETAG_MISMATCH");
    }

    [Fact]
    public async Task A_repeated_payment_is_recorded_once()
    {
        var created = await investors.CreateCommitment();
        await client.SignCommitmentAsync(new() { Name = created.Name });
        var request = new RecordDisbursementRequest
        {
            Name = created.Name,
            Disbursement = new Disbursement { Amount = InvestorsProcess.Euros(10) },
            RequestId = InvestorsProcess.NextId(),
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.RecordDisbursementAsync(request).ResponseAsync));
        Assert.Single(answers.Distinct());
        Assert.Single((await client.GetCommitmentAsync(new() { Name = created.Name })).Disbursements);
    }

    [Fact]
    public async Task A_validate_only_command_changes_nothing()
    {
        var created = await investors.CreateCommitment();
        var answer = await client.SignCommitmentAsync(new() { Name = created.Name, ValidateOnly = true });
        Assert.Equal(CommitmentStatus.Committed, answer.Status);
        Assert.Equal(created, await client.GetCommitmentAsync(new() { Name = created.Name }));
    }

    [Fact]
    public async Task Paging_returns_each_matching_commitment_once()
    {
        var project = await investors.CreateProject();
        var expected = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var grant = await investors.CreateCommitment(commitment => (commitment.Project, commitment.Instrument) = (project, Instrument.Grant));
            await client.SignCommitmentAsync(new() { Name = grant.Name });
            expected.Add(grant.Name);
        }

        await investors.CreateCommitment(commitment => (commitment.Project, commitment.Instrument) = (project, Instrument.Grant));
        await investors.CreateCommitment(commitment => commitment.Project = project);
        var request = new ListCommitmentsRequest { PageSize = 2, Project = project, Instruments = { Instrument.Grant }, Statuses = { CommitmentStatus.Committed } };
        var seen = new List<string>();
        do
        {
            var page = await client.ListCommitmentsAsync(request);
            seen.AddRange(page.Commitments.Select(commitment => commitment.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Commitments_are_found_by_their_investor()
    {
        var created = await investors.CreateCommitment();
        var page = await client.ListCommitmentsAsync(new() { Investor = created.Investor });
        Assert.Equal(created, Assert.Single(page.Commitments));
        var status = await Refused.By(
            async () => await client.ListCommitmentsAsync(new() { Investor = "bank", Project = "mine", Instruments = { (Instrument)99 }, PageSize = -1 }),
            StatusCode.InvalidArgument,
            "INVALID_FIELDS");
        Assert.Equal(["page_size", "investor", "project", "instruments[0]"], status.Fields());
    }

    private static Date Month(int month) => new() { Year = 2025, Month = month };
}
