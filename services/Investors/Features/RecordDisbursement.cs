using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records a payment. Errors: INVALID_ARGUMENT, also for another currency than the commitment's, NOT_FOUND, ABORTED;
/// FAILED_PRECONDITION (NOT_SIGNED, COMMITMENT_CANCELLED, DATE_TOO_EARLY, DISBURSED_MORE_THAN_COMMITTED, AMOUNT_UNDISCLOSED,
/// DISBURSEMENT_EXISTS, TOO_MANY_DISBURSEMENTS).
/// </summary>
public sealed class RecordDisbursement(Committer committer)
{
    public Task<Commitment> Run(RecordDisbursementRequest request, Caller caller, CancellationToken cancellation)
    {
        var proposed = FieldReaders.Require("disbursement", request.Disbursement);
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var payment = CommitmentReader.ReadDisbursement(proposed, violations);
        violations.ThrowIfAny();

        return committer.Run(command, Record, cancellation);

        async Task<Commitment> Record(Work work)
        {
            var present = await CommitmentStore.Load(work, name);
            await work.RequireSideOf(present);
            Work.RequireEtag(request.Etag, present);
            var decided = CommitmentReader.ToDomain(present).Disburse(payment.Id, payment.Amount, payment.Date).OrThrow();
            return await CommitmentStore.Save(work, present, present.With(decided));
        }
    }
}
