using Mining.Investors.Api;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Creates an investor. Errors: INVALID_ARGUMENT; ALREADY_EXISTS if the id is taken.</summary>
public sealed class CreateInvestor(Committer committer)
{
    public Task<Investor> Run(CreateInvestorRequest request, Caller caller, CancellationToken cancellation)
    {
        var proposed = FieldReaders.Require("investor", request.Investor);
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Investors.ReadId("investor_id", request.InvestorId, violations);
        InvestorReader.Check(proposed, "investor", violations);
        violations.ThrowIfAny();

        return committer.Run(command, Create, cancellation);

        async Task<Investor> Create(UnitOfWork work)
        {
            if (await InvestorStore.Find(work, name) is not null)
                throw new RefusedException(Refusal.AlreadyExists(ResourceNames.Investors.ResourceType, name));
            var first = proposed.Clone();
            first.Name = name;
            await work.RequireSideOf(first);
            return await InvestorStore.Save(work, before: null, first);
        }
    }
}
