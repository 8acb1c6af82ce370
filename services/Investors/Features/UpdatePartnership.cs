using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Proposals;

namespace Mining.Investors.Features;

/// <summary>
/// Changes a partnership's sides, targets or rules, and updates the marks of commitments after a rule change. Errors: INVALID_ARGUMENT,
/// NOT_FOUND, ABORTED; FAILED_PRECONDITION (JOINT_DECISION_NEEDED).
/// </summary>
public sealed class UpdatePartnership(Committer committer) : CommandFeature<UpdatePartnershipRequest, Partnership>(committer)
{
    private static readonly string[] Changeable =
        ["display_name", "sides", "reporting_currency", "outside_ownership_rule", "closed_through", "min_contributors"];

    public override bool CanBeProposed => true;

    public override Func<UnitOfWork, Task<Partnership>> Prepare(UpdatePartnershipRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("partnership", request.Partnership);
        var name = ResourceNames.Partnerships.ReadName("partnership.name", proposed.Name, violations);
        var merge = FieldMasks.Read(proposed, request.UpdateMask, Changeable, violations, "partnership", PartnershipReader.Check);
        return Update;

        async Task<Partnership> Update(UnitOfWork work)
        {
            var present = await PartnershipStore.Load(work, name);
            work.RequireAgreement(name, $"A change to {name}", [.. present.Sides.Select(side => side.SideId)]);
            UnitOfWork.RequireEtag(request.Etag, present);
            var merged = merge(present);

            var saved = await PartnershipStore.Save(work, present, PartnershipReader.Ordered(merged));
            if (!Equals(present.OutsideOwnershipRule, saved.OutsideOwnershipRule))
                await EvaluateOwnershipRule.MarkAll(work);
            return saved;
        }
    }
}
