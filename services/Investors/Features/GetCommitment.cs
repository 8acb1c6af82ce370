using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Visibility;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>
/// Returns a commitment. Errors: INVALID_ARGUMENT, NOT_FOUND, also for a confidential commitment that the caller may not see.
/// </summary>
public sealed class GetCommitment(CommitmentStore store, InvestorStore investors, PartnershipStore partnerships)
{
    public async Task<Commitment> Run(GetCommitmentRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        var commitment = await store.Read(name, cancellation);
        if (commitment.Confidential)
        {
            var investor = await investors.Read(commitment.Investor, cancellation);
            if (!VisibilityScope.Of(caller).Sees(SidesOf.Country(await partnerships.ReadAll(cancellation), investor.Country)))
                throw new RefusedException(Refusal.NotFound(ResourceNames.Commitments.ResourceType, name));
        }

        return commitment;
    }
}
