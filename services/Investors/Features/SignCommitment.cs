using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Records that a commitment is legally binding. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED; FAILED_PRECONDITION
/// (ALREADY_SIGNED, COMMITMENT_CANCELLED, DATE_TOO_EARLY).
/// </summary>
public sealed class SignCommitment(Committer committer)
{
    public Task<Commitment> Run(SignCommitmentRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        var date = violations.ReadDate("date", request.Date);
        violations.ThrowIfAny();

        return committer.Run(command, Sign, cancellation);

        async Task<Commitment> Sign(Work work)
        {
            var present = await CommitmentStore.Load(work, name);
            await work.RequireSideOf(present);
            Work.RequireEtag(request.Etag, present);
            var decided = CommitmentReader.ToDomain(present).Sign(date).OrThrow();
            return await CommitmentStore.Save(work, present, present.With(decided));
        }
    }
}
