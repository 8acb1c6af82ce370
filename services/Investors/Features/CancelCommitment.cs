using Mining.Investors.Api;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records that a commitment has ended. Earlier payments still count. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (COMMITMENT_CANCELLED, DATE_TOO_EARLY, PERIOD_CLOSED).
/// </summary>
public sealed class CancelCommitment(Committer committer) : CommandFeature<CancelCommitmentRequest, Commitment>(committer)
{
    /// <summary>Maximum length of a reason, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Commitment>> Prepare(CancelCommitmentRequest request, Violations violations)
    {
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var date = violations.ReadDate("date", request.Date);
        violations.CheckText("reason", request.Reason, MaxReasonLength);
        return CommitmentChange.Prepare(
            name, request.Etag, (_, present) => present.With(CommitmentReader.ToDomain(present).Cancel(date, request.Reason).OrThrow()));
    }
}
