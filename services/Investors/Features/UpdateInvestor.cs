using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Changes fields of an investor; its commitments are marked anew by who owns it now. Errors: INVALID_ARGUMENT, NOT_FOUND,
/// ABORTED; FAILED_PRECONDITION (CONFIDENTIAL_WITHOUT_SIDE).
/// </summary>
public sealed class UpdateInvestor(Committer committer)
{
    private static readonly string[] Changeable = ["display_name", "country", "kind", "beneficial_owners", "sources"];

    public Task<Investor> Run(UpdateInvestorRequest request, Caller caller, CancellationToken cancellation)
    {
        var proposed = FieldReaders.Require("investor", request.Investor);
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Investors.ReadName("investor.name", proposed.Name, violations);
        FieldMasks.Merge(new Investor(), proposed, request.UpdateMask, Changeable, violations);
        violations.ThrowIfAny();

        return committer.Run(command, Update, cancellation);

        async Task<Investor> Update(Work work)
        {
            var present = await InvestorStore.Load(work, name);
            await work.RequireSideOf(present);
            Work.RequireEtag(request.Etag, present);
            var problems = new Violations();
            var merged = FieldMasks.Merge(present, proposed, request.UpdateMask, Changeable, problems);
            InvestorReader.Check(merged, "investor", problems);
            problems.ThrowIfAny();
            await work.RequireSideOf(merged);

            var saved = await InvestorStore.Save(work, present, merged);
            if (present.Country != saved.Country)
                await work.RequireSidesOfConfidential();
            if (present.Country != saved.Country || !present.BeneficialOwners.Equals(saved.BeneficialOwners))
                await JudgeOwnership.Mark(work, saved);
            return saved;
        }
    }
}
