using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Creates an investor. Errors: INVALID_ARGUMENT; ALREADY_EXISTS if the id is taken.</summary>
public sealed class CreateInvestor(Committer committer) : CommandFeature<CreateInvestorRequest, Investor>(committer)
{
    public override Func<UnitOfWork, Task<Investor>> Prepare(CreateInvestorRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("investor", request.Investor);
        var name = ResourceNames.Investors.ReadId("investor_id", request.InvestorId, violations);
        InvestorReader.Check(proposed, "investor", violations);
        return Create;

        async Task<Investor> Create(UnitOfWork work)
        {
            await InvestorStore.RequireNew(work, name);
            var first = proposed.Clone();
            first.Name = name;
            await work.RequireSideOf(first);
            return await InvestorStore.Save(work, before: null, first);
        }
    }
}
