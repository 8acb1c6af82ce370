using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records that a commitment is legally binding. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (ALREADY_SIGNED, COMMITMENT_CANCELLED, DATE_TOO_EARLY, PERIOD_CLOSED).
/// </summary>
public sealed class SignCommitment(Committer committer)
{
    public Task<Commitment> Run(SignCommitmentRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public static Func<UnitOfWork, Task<Commitment>> Check(SignCommitmentRequest request, Violations violations)
    {
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var date = violations.ReadDate("date", request.Date);
        return Sign;

        async Task<Commitment> Sign(UnitOfWork work)
        {
            var present = await CommitmentStore.Load(work, name);
            await work.RequireSideOf(present);
            UnitOfWork.RequireEtag(request.Etag, present);
            var decided = CommitmentReader.ToDomain(present).Sign(date).OrThrow();
            var next = present.With(decided);
            await work.RequireOpenPeriod(present, next);
            return await CommitmentStore.Save(work, present, next);
        }
    }
}
