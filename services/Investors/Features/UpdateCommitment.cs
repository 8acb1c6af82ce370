using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;

namespace Mining.Investors.Features;

/// <summary>
/// Changes fields of a commitment. A new amount is in force from a date. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (DISBURSED_MORE_THAN_COMMITTED, AMOUNT_UNDISCLOSED, EFFECTIVE_DATE_TOO_EARLY, DATE_TOO_EARLY, COMMITMENT_CANCELLED if the amount of a
/// cancelled one would change, TOO_MANY_AMOUNTS, PERIOD_CLOSED).
/// </summary>
public sealed class UpdateCommitment(Committer committer)
{
    private static readonly string[] Changeable = ["amount", "counting_basis", "announcement_date", "note", "sources"];

    public Task<Commitment> Run(UpdateCommitmentRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public static Func<UnitOfWork, Task<Commitment>> Check(UpdateCommitmentRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("commitment", request.Commitment);
        var name = ResourceNames.Commitments.ReadName("commitment.name", proposed.Name, violations);
        var effective = violations.ReadDate("effective_date", request.EffectiveDate);
        FieldMasks.Merge(new Commitment(), proposed, request.UpdateMask, Changeable, violations);
        return Update;

        async Task<Commitment> Update(UnitOfWork work)
        {
            var present = await CommitmentStore.Load(work, name);
            await work.RequireSideOf(present);
            UnitOfWork.RequireEtag(request.Etag, present);
            var problems = new Violations();
            var merged = FieldMasks.Merge(present, proposed, request.UpdateMask, Changeable, problems);
            CommitmentReader.Check(merged, "commitment", problems);
            problems.ThrowIfAny();

            var decided = CommitmentReader.ToDomain(present)
                .Announce(CommitmentReader.Date(merged.AnnouncementDate)).OrThrow()
                .ChangeAmount(CommitmentReader.Money(merged.Amount), effective ?? PartialDate.From(work.Today)).OrThrow();
            var next = merged.With(decided);
            await work.RequireOpenPeriod(present, next);
            return await CommitmentStore.Save(work, present, next);
        }
    }
}
