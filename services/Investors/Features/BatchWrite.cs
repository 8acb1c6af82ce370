using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;

namespace Mining.Investors.Features;

/// <summary>
/// Runs several commands about partnerships, investors, commitments and rates. Each row succeeds or fails on its own. Errors:
/// INVALID_ARGUMENT for no rows or too many. Every other error is the result of its row.
/// </summary>
public sealed class BatchWrite(
    BatchWriter writer,
    UpdatePartnership updatePartnership,
    CreateInvestor createInvestor,
    UpdateInvestor updateInvestor,
    CreateCommitment createCommitment,
    UpdateCommitment updateCommitment,
    SignCommitment signCommitment,
    CancelCommitment cancelCommitment,
    RecordDisbursement recordDisbursement,
    PublishExchangeRates publishExchangeRates)
{
    private readonly IReadOnlyList<BatchedCommand> commands =
    [
        BatchedCommand.Of<UpdatePartnershipRequest, Partnership>(updatePartnership.Run),
        BatchedCommand.Of<CreateInvestorRequest, Investor>(createInvestor.Run),
        BatchedCommand.Of<UpdateInvestorRequest, Investor>(updateInvestor.Run),
        BatchedCommand.Of<CreateCommitmentRequest, Commitment>(createCommitment.Begin),
        BatchedCommand.Of<UpdateCommitmentRequest, Commitment>(updateCommitment.Run),
        BatchedCommand.Of<SignCommitmentRequest, Commitment>(signCommitment.Run),
        BatchedCommand.Of<CancelCommitmentRequest, Commitment>(cancelCommitment.Run),
        BatchedCommand.Of<RecordDisbursementRequest, Commitment>(recordDisbursement.Run),
        BatchedCommand.Of<PublishExchangeRatesRequest, ExchangeRateTable>(publishExchangeRates.Run),
    ];

    public Task<BatchWriteResponse> Run(BatchWriteRequest request, Caller caller, CancellationToken cancellation) =>
        writer.Run(request.Rows, commands, caller, cancellation);
}
