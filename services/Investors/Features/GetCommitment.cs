using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Features;
using Mining.Platform.Visibility;

namespace Mining.Investors.Features;

/// <summary>
/// Returns a commitment. Errors: INVALID_ARGUMENT, NOT_FOUND, also for a confidential commitment that the caller may not see.
/// </summary>
public sealed class GetCommitment(CommitmentStore store, InvestorStore investors, PartnershipStore partnerships)
    : Feature<GetCommitmentRequest, Commitment>
{
    public override async Task<Commitment> Run(GetCommitmentRequest request, Caller caller, CancellationToken cancellation)
    {
        var commitment = await store.Get(request.Name, cancellation);
        if (commitment.Confidential)
        {
            var investor = await investors.Read(commitment.Investor, cancellation);
            if (!VisibilityScope.Of(caller).Sees(SidesOf.Country(await partnerships.ReadAll(cancellation), investor.Country)))
                throw CommitmentStore.NotFound(commitment.Name);
        }

        return commitment;
    }
}
