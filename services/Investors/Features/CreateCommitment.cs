using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Bus;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Creates a commitment. Errors: INVALID_ARGUMENT; ALREADY_EXISTS; FAILED_PRECONDITION (PROJECT_NOT_FOUND, INVESTOR_NOT_FOUND,
/// OUTSIDE_OWNERSHIP_LIMIT, PERIOD_CLOSED, CONFIDENTIAL_WITHOUT_SIDE); UNAVAILABLE (PROJECTS_UNREACHABLE) if the service cannot check
/// whether the project exists.
/// </summary>
public sealed class CreateCommitment(Committer committer, KnownProjects projects)
{
    public async Task<Commitment> Run(CreateCommitmentRequest request, Caller caller, CancellationToken cancellation) =>
        await (await Begin(request, caller, cancellation))();

    /// <summary>Does everything before the commit, and returns the commit.</summary>
    public async Task<Func<Task<Commitment>>> Begin(CreateCommitmentRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var create = Check(request, violations);
        violations.ThrowIfAny();
        await Prepare(request, cancellation);
        return () => committer.Run(command, create, cancellation);
    }

    /// <summary>
    /// Called before the commit: another service must not block the single writer. This is safe because projects are never deleted.
    /// </summary>
    public Task Prepare(CreateCommitmentRequest request, CancellationToken cancellation) => projects.Require(request.Commitment.Project, cancellation);

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public static Func<UnitOfWork, Task<Commitment>> Check(CreateCommitmentRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("commitment", request.Commitment);
        var name = ResourceNames.Commitments.ReadId("commitment_id", request.CommitmentId, violations);
        CommitmentReader.Check(proposed, "commitment", violations);
        return Create;

        async Task<Commitment> Create(UnitOfWork work)
        {
            if (await CommitmentStore.Find(work, name) is not null)
                throw new RefusedException(Refusal.AlreadyExists(ResourceNames.Commitments.ResourceType, name));
            var investor = await InvestorStore.Find(work, proposed.Investor)
                ?? throw new RefusedException(Refusal.Precondition(
                    "INVESTOR_NOT_FOUND", proposed.Investor, $"There is no {proposed.Investor}."));
            await work.RequireSideOf(investor);
            if (proposed.Confidential)
                await work.RequireSideOfConfidential(investor);
            var first = proposed.Clone();
            first.Name = name;
            await EvaluateOwnershipRule.Evaluate(work, investor, first);
            var announced = first.With(Domain.Commitment.Announced(
                name, proposed.CurrencyCode, CommitmentReader.Date(proposed.AnnouncementDate), CommitmentReader.Money(proposed.Amount)));
            await work.RequireOpenPeriod(before: null, announced);
            return await CommitmentStore.Save(work, before: null, announced);
        }
    }
}
