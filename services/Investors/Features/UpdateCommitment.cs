using Mining.Investors.Api;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;

namespace Mining.Investors.Features;

/// <summary>
/// Changes fields of a commitment. A new amount is in force from a date. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (DISBURSED_MORE_THAN_COMMITTED, AMOUNT_UNDISCLOSED, EFFECTIVE_DATE_TOO_EARLY, DATE_TOO_EARLY, COMMITMENT_CANCELLED if the amount of a
/// cancelled one would change, TOO_MANY_AMOUNTS, PERIOD_CLOSED).
/// </summary>
public sealed class UpdateCommitment(Committer committer) : CommandFeature<UpdateCommitmentRequest, Commitment>(committer)
{
    private static readonly string[] Changeable = ["amount", "counting_basis", "announcement_date", "note", "sources"];

    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Commitment>> Prepare(UpdateCommitmentRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("commitment", request.Commitment);
        var name = ResourceNames.Commitments.ReadName("commitment.name", proposed.Name, violations);
        var effective = violations.ReadDate("effective_date", request.EffectiveDate);
        var merge = FieldMasks.Read(proposed, request.UpdateMask, Changeable, violations, "commitment", CommitmentReader.Check);
        return CommitmentChange.Prepare(name, request.Etag, Update);

        Commitment Update(UnitOfWork work, Commitment present)
        {
            var merged = merge(present);

            var decided = CommitmentReader.ToDomain(present)
                .Announce(CommitmentReader.Date(merged.AnnouncementDate)).OrThrow()
                .ChangeAmount(CommitmentReader.Money(merged.Amount), effective ?? PartialDate.From(work.Today)).OrThrow();
            return merged.With(decided);
        }
    }
}
