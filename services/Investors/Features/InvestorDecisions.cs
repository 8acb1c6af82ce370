using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Proposals;

namespace Mining.Investors.Features;

/// <summary>The joint decisions of a partnership's sides: its targets and rules, and changes to a closed period.</summary>
public sealed class InvestorDecisions(CreateCommitment createCommitment, PartnershipStore partnerships) : IJointDecisions
{
    private const int ReadAtOnce = 1_000;

    public IReadOnlyList<ProposedCommand> Commands { get; } =
    [
        ProposedCommand.Of<UpdatePartnershipRequest, Partnership>(UpdatePartnership.Check),
        ProposedCommand.Of<UpdateInvestorRequest, Investor>(UpdateInvestor.Check),
        ProposedCommand.Of<CreateCommitmentRequest, Commitment>(CreateCommitment.Check, createCommitment.Prepare),
        ProposedCommand.Of<UpdateCommitmentRequest, Commitment>(UpdateCommitment.Check),
        ProposedCommand.Of<SignCommitmentRequest, Commitment>(SignCommitment.Check),
        ProposedCommand.Of<CancelCommitmentRequest, Commitment>(CancelCommitment.Check),
        ProposedCommand.Of<RecordDisbursementRequest, Commitment>(RecordDisbursement.Check),
    ];

    public async Task<IReadOnlySet<string>> FourEyes(CancellationToken cancellation)
    {
        var sides = new HashSet<string>(StringComparer.Ordinal);
        var after = "";
        while (true)
        {
            var page = await partnerships.List(after, ReadAtOnce, cancellation);
            sides.UnionWith(page.SelectMany(partnership => partnership.Sides).Where(side => side.FourEyes).Select(side => side.SideId));
            if (page.Count < ReadAtOnce)
                return sides;
            after = page[^1].Name;
        }
    }
}
