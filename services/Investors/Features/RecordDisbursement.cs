using Mining.Investors.Api;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records a payment. Errors: INVALID_ARGUMENT, also for a currency other than the commitment's, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (NOT_SIGNED, COMMITMENT_CANCELLED, DATE_TOO_EARLY, DISBURSED_MORE_THAN_COMMITTED, AMOUNT_UNDISCLOSED, DISBURSEMENT_EXISTS,
/// TOO_MANY_DISBURSEMENTS, PERIOD_CLOSED).
/// </summary>
public sealed class RecordDisbursement(Committer committer) : CommandFeature<RecordDisbursementRequest, Commitment>(committer)
{
    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Commitment>> Prepare(RecordDisbursementRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("disbursement", request.Disbursement);
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var payment = CommitmentReader.ReadDisbursement(proposed, violations);
        return CommitmentChange.Prepare(
            name,
            request.Etag,
            (_, present) => present.With(CommitmentReader.ToDomain(present).Disburse(payment.Id, payment.Amount, payment.Date).OrThrow()));
    }
}
