using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records a payment. Errors: INVALID_ARGUMENT, also for a currency other than the commitment's, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (NOT_SIGNED, COMMITMENT_CANCELLED, DATE_TOO_EARLY, DISBURSED_MORE_THAN_COMMITTED, AMOUNT_UNDISCLOSED, DISBURSEMENT_EXISTS,
/// TOO_MANY_DISBURSEMENTS, PERIOD_CLOSED).
/// </summary>
public sealed class RecordDisbursement(Committer committer)
{
    public Task<Commitment> Run(RecordDisbursementRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public static Func<UnitOfWork, Task<Commitment>> Check(RecordDisbursementRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("disbursement", request.Disbursement);
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var payment = CommitmentReader.ReadDisbursement(proposed, violations);
        return Record;

        async Task<Commitment> Record(UnitOfWork work)
        {
            var present = await CommitmentStore.Load(work, name);
            await work.RequireSideOf(present);
            UnitOfWork.RequireEtag(request.Etag, present);
            var decided = CommitmentReader.ToDomain(present).Disburse(payment.Id, payment.Amount, payment.Date).OrThrow();
            var next = present.With(decided);
            await work.RequireOpenPeriod(present, next);
            return await CommitmentStore.Save(work, present, next);
        }
    }
}
