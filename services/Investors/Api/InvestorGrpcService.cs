using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.Features;
using Mining.Investors.V1;
using Mining.Platform.Authentication;

namespace Mining.Investors.Api;

/// <summary>The API of investors. One line per method.</summary>
public sealed class InvestorGrpcService(
    GetPartnership getPartnership,
    ListPartnerships listPartnerships,
    UpdatePartnership updatePartnership,
    CreateInvestor createInvestor,
    GetInvestor getInvestor,
    ListInvestors listInvestors,
    UpdateInvestor updateInvestor,
    CreateCommitment createCommitment,
    GetCommitment getCommitment,
    ListCommitments listCommitments,
    UpdateCommitment updateCommitment,
    SignCommitment signCommitment,
    CancelCommitment cancelCommitment,
    RecordDisbursement recordDisbursement,
    PublishExchangeRates publishExchangeRates,
    ListExchangeRates listExchangeRates,
    ImportExchangeRates importExchangeRates,
    BatchWrite batchWrite) : InvestorService.InvestorServiceBase
{
    public override Task<Partnership> GetPartnership(GetPartnershipRequest request, ServerCallContext call) =>
        getPartnership.Run(request, call.CancellationToken);

    public override Task<ListPartnershipsResponse> ListPartnerships(ListPartnershipsRequest request, ServerCallContext call) =>
        listPartnerships.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Partnership> UpdatePartnership(UpdatePartnershipRequest request, ServerCallContext call) =>
        updatePartnership.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Investor> CreateInvestor(CreateInvestorRequest request, ServerCallContext call) =>
        createInvestor.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Investor> GetInvestor(GetInvestorRequest request, ServerCallContext call) =>
        getInvestor.Run(request, call.CancellationToken);

    public override Task<ListInvestorsResponse> ListInvestors(ListInvestorsRequest request, ServerCallContext call) =>
        listInvestors.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Investor> UpdateInvestor(UpdateInvestorRequest request, ServerCallContext call) =>
        updateInvestor.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Commitment> CreateCommitment(CreateCommitmentRequest request, ServerCallContext call) =>
        createCommitment.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Commitment> GetCommitment(GetCommitmentRequest request, ServerCallContext call) =>
        getCommitment.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest request, ServerCallContext call) =>
        listCommitments.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Commitment> UpdateCommitment(UpdateCommitmentRequest request, ServerCallContext call) =>
        updateCommitment.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Commitment> SignCommitment(SignCommitmentRequest request, ServerCallContext call) =>
        signCommitment.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Commitment> CancelCommitment(CancelCommitmentRequest request, ServerCallContext call) =>
        cancelCommitment.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<Commitment> RecordDisbursement(RecordDisbursementRequest request, ServerCallContext call) =>
        recordDisbursement.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<ExchangeRateTable> PublishExchangeRates(PublishExchangeRatesRequest request, ServerCallContext call) =>
        publishExchangeRates.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<ListExchangeRatesResponse> ListExchangeRates(ListExchangeRatesRequest request, ServerCallContext call) =>
        listExchangeRates.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<ImportExchangeRatesResponse> ImportExchangeRates(ImportExchangeRatesRequest request, ServerCallContext call) =>
        importExchangeRates.Run(request, Caller.From(call), call.CancellationToken);

    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext call) =>
        batchWrite.Run(request, Caller.From(call), call.CancellationToken);
}
