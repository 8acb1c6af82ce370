using Mining.Investors.Api;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records that a commitment is legally binding. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (ALREADY_SIGNED, COMMITMENT_CANCELLED, DATE_TOO_EARLY, PERIOD_CLOSED).
/// </summary>
public sealed class SignCommitment(Committer committer) : CommandFeature<SignCommitmentRequest, Commitment>(committer)
{
    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Commitment>> Prepare(SignCommitmentRequest request, Violations violations)
    {
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var date = violations.ReadDate("date", request.Date);
        return CommitmentChange.Prepare(
            name, request.Etag, (_, present) => present.With(CommitmentReader.ToDomain(present).Sign(date).OrThrow()));
    }
}
