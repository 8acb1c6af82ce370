using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Bus;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Creates a commitment. Errors: INVALID_ARGUMENT; ALREADY_EXISTS; FAILED_PRECONDITION (PROJECT_NOT_FOUND, INVESTOR_NOT_FOUND,
/// OUTSIDE_OWNERSHIP_LIMIT, PERIOD_CLOSED, CONFIDENTIAL_WITHOUT_SIDE); UNAVAILABLE (PROJECTS_UNREACHABLE) if the service cannot check
/// whether the project exists.
/// </summary>
public sealed class CreateCommitment(Committer committer, KnownProjects projects)
    : CommandFeature<CreateCommitmentRequest, Commitment>(committer)
{
    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Commitment>> Prepare(CreateCommitmentRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("commitment", request.Commitment);
        var name = ResourceNames.Commitments.ReadId("commitment_id", request.CommitmentId, violations);
        CommitmentReader.Check(proposed, "commitment", violations);
        return Create;

        async Task<Commitment> Create(UnitOfWork work)
        {
            await CommitmentStore.RequireNew(work, name);
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

    /// <summary>The project must exist. Because projects are never deleted, it still does when the commitment is stored.</summary>
    protected override Task RequireDependencies(CreateCommitmentRequest request, CancellationToken cancellation) =>
        projects.Require(request.Commitment.Project, cancellation);
}
