using System.Text;
using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;

namespace Mining.Cli.Tests.Fakes;

internal sealed class FakeInvestorService(FakeMesh mesh) : InvestorService.InvestorServiceBase
{
    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext context) =>
        mesh.Batch(() => FakeBatch.Run(this, request.Rows, context));

    /// <summary>The received parts of rate files, and whether each was validate-only.</summary>
    public List<(string Csv, bool ValidateOnly)> RateFiles { get; } = [];

    public override Task<Investor> CreateInvestor(CreateInvestorRequest request, ServerCallContext context) => mesh.Command(
        "investors", request.RequestId, request,
        () =>
        {
            var violations = new Violations();
            violations.CheckText("investor.display_name", request.Investor.DisplayName, 200, required: true);
            violations.CheckCountry("investor.country", request.Investor.Country);
            for (var i = 0; i < request.Investor.BeneficialOwners.Count; i++)
                violations.CheckCountry($"investor.beneficial_owners[{i}].country", request.Investor.BeneficialOwners[i].Country);
            Named.ThrowIfAny(violations);
            var investor = request.Investor.Clone();
            investor.Name = $"investors/{request.InvestorId}";
            return Named.Add(mesh.Investors, investor.Name, investor);
        },
        investor => investor.Name);

    public override Task<Investor> GetInvestor(GetInvestorRequest request, ServerCallContext context) =>
        Task.FromResult(mesh.Get(mesh.Investors, request.Name));

    public override Task<ListInvestorsResponse> ListInvestors(ListInvestorsRequest request, ServerCallContext context)
    {
        var (page, next) = mesh.Page(
            mesh.Investors.Values.Where(investor => request.Countries.Count == 0 || request.Countries.Contains(investor.Country)),
            request.PageSize, request.PageToken);
        return Task.FromResult(new ListInvestorsResponse { Investors = { page }, NextPageToken = next });
    }

    public override Task<Commitment> CreateCommitment(CreateCommitmentRequest request, ServerCallContext context) => mesh.Command(
        "investors", request.RequestId, request,
        () =>
        {
            var commitment = request.Commitment.Clone();
            commitment.Name = $"commitments/{request.CommitmentId}";
            if (!mesh.Projects.ContainsKey(commitment.Project))
                throw FakeMesh.Error(Refusal.Precondition("PROJECT_NOT_FOUND", commitment.Project, $"There is no {commitment.Project}."));
            if (!mesh.Investors.ContainsKey(commitment.Investor))
                throw FakeMesh.Error(
                    Refusal.Precondition("INVESTOR_NOT_FOUND", commitment.Investor, $"There is no {commitment.Investor}."));
            commitment.Status = CommitmentStatus.Pledged;
            return Named.Add(mesh.Commitments, commitment.Name, commitment);
        },
        commitment => commitment.Name);

    public override Task<Commitment> GetCommitment(GetCommitmentRequest request, ServerCallContext context) =>
        Task.FromResult(mesh.Get(mesh.Commitments, request.Name));

    public override Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest request, ServerCallContext context)
    {
        var (page, next) = mesh.Page(mesh.Commitments.Values, request.PageSize, request.PageToken);
        return Task.FromResult(new ListCommitmentsResponse { Commitments = { page }, NextPageToken = next });
    }

    public override Task<Commitment> SignCommitment(SignCommitmentRequest request, ServerCallContext context) => mesh.Command(
        "investors", request.RequestId, request,
        () =>
        {
            var commitment = mesh.Commitments[request.Name];
            if (commitment.Signing is not null)
                throw FakeMesh.Error(Refusal.Precondition("ALREADY_SIGNED", request.Name, "It is already signed."));
            commitment.Signing = new Signing { Date = request.Date };
            commitment.Status = CommitmentStatus.Committed;
            return commitment;
        },
        commitment => commitment.Name);

    public override Task<Commitment> RecordDisbursement(RecordDisbursementRequest request, ServerCallContext context) => mesh.Command(
        "investors", request.RequestId, request,
        () =>
        {
            var commitment = mesh.Commitments[request.Name];
            if (commitment.Signing is null)
                throw FakeMesh.Error(Refusal.Precondition("NOT_SIGNED", request.Name, "It is not signed."));
            commitment.Disbursements.Add(request.Disbursement);
            commitment.Status = CommitmentStatus.Disbursed;
            return commitment;
        },
        commitment => commitment.Name);

    public override Task<Commitment> CancelCommitment(CancelCommitmentRequest request, ServerCallContext context) => mesh.Command(
        "investors", request.RequestId, request,
        () =>
        {
            var commitment = mesh.Commitments[request.Name];
            if (commitment.Cancellation is not null)
                throw FakeMesh.Error(Refusal.Precondition("COMMITMENT_CANCELLED", request.Name, "It is cancelled."));
            commitment.Cancellation = new Cancellation { Date = request.Date, Reason = request.Reason };
            commitment.Status = CommitmentStatus.Cancelled;
            return commitment;
        },
        commitment => commitment.Name);

    public override Task<ExchangeRateTable> PublishExchangeRates(PublishExchangeRatesRequest request, ServerCallContext context) =>
        mesh.Command(
        "investors", request.RequestId, request,
        () =>
        {
            var violations = new Violations();
            for (var i = 0; i < request.Rates.Count; i++)
            {
                violations.CheckCurrency($"rates[{i}].currency_code", request.Rates[i].CurrencyCode);
                if (DecimalText.TryRead(request.Rates[i].UnitsPerEuro, out var units, out _) && units <= 0)
                    violations.Add($"rates[{i}].units_per_euro", "must be positive.");
            }

            Named.ThrowIfAny(violations);
            var name = FormattableString.Invariant(
                $"exchangeRateTables/{request.Date.Year:0000}-{request.Date.Month:00}-{request.Date.Day:00}");
            if (!mesh.RateTables.TryGetValue(name, out var table))
                mesh.RateTables[name] = table = new ExchangeRateTable { Name = name, Date = request.Date };
            foreach (var rate in request.Rates)
            {
                var known = table.Rates.FirstOrDefault(other => other.CurrencyCode == rate.CurrencyCode);
                if (known is null)
                    table.Rates.Add(rate);
                else
                    known.UnitsPerEuro = rate.UnitsPerEuro;
            }

            table.Version++;
            table.Sources.Clear();
            table.Sources.Add(request.Sources);
            return table;
        },
        table => table.Name);

    public override Task<ListExchangeRatesResponse> ListExchangeRates(ListExchangeRatesRequest request, ServerCallContext context)
    {
        var (page, next) = mesh.Page(mesh.RateTables.Values.Reverse(), request.PageSize, request.PageToken);
        return Task.FromResult(new ListExchangeRatesResponse { ExchangeRateTables = { page }, NextPageToken = next });
    }

    public override Task<ImportExchangeRatesResponse> ImportExchangeRates(ImportExchangeRatesRequest request, ServerCallContext context)
    {
        var csv = Encoding.UTF8.GetString(request.Csv.Span);
        RateFiles.Add((csv, request.ValidateOnly));
        var bad = csv.Split('\n').Index().FirstOrDefault(line => line.Item.Contains("bad", StringComparison.Ordinal));
        if (bad.Item is not null)
            throw FakeMesh.Error(Refusal.Invalid("csv", $"line {bad.Index + 1}: \"bad\" is not a rate."));
        return Task.FromResult(
            new ImportExchangeRatesResponse { ImportedDays = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1 });
    }
}
