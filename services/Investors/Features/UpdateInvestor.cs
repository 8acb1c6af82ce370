using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Changes fields of an investor, and updates the marks of its commitments. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED;
/// FAILED_PRECONDITION (PERIOD_CLOSED) if it would change whose money counts in a closed period.
/// </summary>
public sealed class UpdateInvestor(Committer committer) : CommandFeature<UpdateInvestorRequest, Investor>(committer)
{
    private static readonly string[] Changeable = ["display_name", "country", "kind", "beneficial_owners", "sources"];

    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Investor>> Prepare(UpdateInvestorRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("investor", request.Investor);
        var name = ResourceNames.Investors.ReadName("investor.name", proposed.Name, violations);
        var merge = FieldMasks.Read(proposed, request.UpdateMask, Changeable, violations, "investor", InvestorReader.Check);
        return Update;

        async Task<Investor> Update(UnitOfWork work)
        {
            var present = await InvestorStore.Load(work, name);
            await work.RequireSideOf(present);
            UnitOfWork.RequireEtag(request.Etag, present);
            var merged = merge(present);
            await work.RequireSideOf(merged);

            var isOwnedByOthers = present.Country != merged.Country || !present.BeneficialOwners.Equals(merged.BeneficialOwners);
            if (isOwnedByOthers)
                await work.RequireOpenPeriods(present, merged);
            var saved = await InvestorStore.Save(work, present, merged);
            if (isOwnedByOthers)
                await EvaluateOwnershipRule.Mark(work, saved);
            return saved;
        }
    }
}
