using Grpc.Core;
using Mining.Common.V1;
using Mining.Investors.Features;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;
using Mining.Platform.Features;

namespace Mining.Investors.Api;

/// <summary>The API of investors. One line per method.</summary>
public sealed class InvestorGrpcService(
    FeatureCatalogue features, BatchWriter batches, PartnershipStore partnerships, InvestorStore investors)
    : InvestorService.InvestorServiceBase
{
    public override Task<Partnership> GetPartnership(GetPartnershipRequest request, ServerCallContext call) =>
        partnerships.Get(request.Name, call.CancellationToken);

    public override Task<ListPartnershipsResponse> ListPartnerships(ListPartnershipsRequest request, ServerCallContext call) =>
        features.Get<ListPartnerships>().Run(request, call);

    public override Task<Partnership> UpdatePartnership(UpdatePartnershipRequest request, ServerCallContext call) =>
        features.Get<UpdatePartnership>().Run(request, call);

    public override Task<Investor> CreateInvestor(CreateInvestorRequest request, ServerCallContext call) =>
        features.Get<CreateInvestor>().Run(request, call);

    public override Task<Investor> GetInvestor(GetInvestorRequest request, ServerCallContext call) =>
        investors.Get(request.Name, call.CancellationToken);

    public override Task<ListInvestorsResponse> ListInvestors(ListInvestorsRequest request, ServerCallContext call) =>
        features.Get<ListInvestors>().Run(request, call);

    public override Task<Investor> UpdateInvestor(UpdateInvestorRequest request, ServerCallContext call) =>
        features.Get<UpdateInvestor>().Run(request, call);

    public override Task<Commitment> CreateCommitment(CreateCommitmentRequest request, ServerCallContext call) =>
        features.Get<CreateCommitment>().Run(request, call);

    public override Task<Commitment> GetCommitment(GetCommitmentRequest request, ServerCallContext call) =>
        features.Get<GetCommitment>().Run(request, call);

    public override Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest request, ServerCallContext call) =>
        features.Get<ListCommitments>().Run(request, call);

    public override Task<Commitment> UpdateCommitment(UpdateCommitmentRequest request, ServerCallContext call) =>
        features.Get<UpdateCommitment>().Run(request, call);

    public override Task<Commitment> SignCommitment(SignCommitmentRequest request, ServerCallContext call) =>
        features.Get<SignCommitment>().Run(request, call);

    public override Task<Commitment> CancelCommitment(CancelCommitmentRequest request, ServerCallContext call) =>
        features.Get<CancelCommitment>().Run(request, call);

    public override Task<Commitment> RecordDisbursement(RecordDisbursementRequest request, ServerCallContext call) =>
        features.Get<RecordDisbursement>().Run(request, call);

    public override Task<ExchangeRateTable> PublishExchangeRates(PublishExchangeRatesRequest request, ServerCallContext call) =>
        features.Get<PublishExchangeRates>().Run(request, call);

    public override Task<ListExchangeRatesResponse> ListExchangeRates(ListExchangeRatesRequest request, ServerCallContext call) =>
        features.Get<ListExchangeRates>().Run(request, call);

    public override Task<ImportExchangeRatesResponse> ImportExchangeRates(ImportExchangeRatesRequest request, ServerCallContext call) =>
        features.Get<ImportExchangeRates>().Run(request, call);

    public override Task<BatchWriteResponse> BatchWrite(BatchWriteRequest request, ServerCallContext call) =>
        batches.Run(request.Rows, features, Caller.From(call), call.CancellationToken);
}
