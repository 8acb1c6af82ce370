using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records that a commitment has ended. Earlier payments still count. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (COMMITMENT_CANCELLED, DATE_TOO_EARLY, PERIOD_CLOSED).
/// </summary>
public sealed class CancelCommitment(Committer committer)
{
    /// <summary>Maximum length of a reason, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    public Task<Commitment> Run(CancelCommitmentRequest request, Caller caller, CancellationToken cancellation) =>
        committer.Run(request, caller, Check, cancellation);

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public static Func<UnitOfWork, Task<Commitment>> Check(CancelCommitmentRequest request, Violations violations)
    {
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var date = violations.ReadDate("date", request.Date);
        violations.CheckText("reason", request.Reason, MaxReasonLength);
        return Cancel;

        async Task<Commitment> Cancel(UnitOfWork work)
        {
            var present = await CommitmentStore.Load(work, name);
            await work.RequireSideOf(present);
            UnitOfWork.RequireEtag(request.Etag, present);
            var decided = CommitmentReader.ToDomain(present).Cancel(date, request.Reason).OrThrow();
            var next = present.With(decided);
            await work.RequireOpenPeriod(present, next);
            return await CommitmentStore.Save(work, present, next);
        }
    }
}
