using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Features;

/// <summary>A project's commitments one by one: the measure reached, the attribution, and the reason if it is not in the shares.</summary>
internal static class CapitalStack
{
    /// <summary>One entry per commitment, in the order of <see cref="ProjectNode.Commitments"/>: by name.</summary>
    public static IEnumerable<CapitalStackEntry> Of(ProjectNode project, Query query) =>
        project.Commitments.Select(commitment => EntryOf(commitment, Commitment.Parser.ParseFrom(commitment.State), query));

    private static CapitalStackEntry EntryOf(CommitmentFacts facts, Commitment commitment, Query query)
    {
        var attribution = query.View.AttributionOf(facts.Investor);
        var reached = attribution is null ? MeasureAmounts.Nothing : facts.At(query.Day);
        var reason = attribution is null ? "The investor is unknown, so the amount cannot be attributed." : ReasonOf(commitment);
        return new CapitalStackEntry
        {
            Commitment = commitment,
            InvestorDisplayName = query.View.Investors[facts.Investor]?.DisplayName ?? commitment.Investor,
            Attribution = { AttributionOf(facts, reached, attribution, query.Partnership) },
            Measure = reached.Furthest < 0 ? Measure.Unspecified : MeasureAmounts.Measures[reached.Furthest],
            EntersShares = reason == "",
            Reason = reason,
        };
    }

    private static string ReasonOf(Commitment commitment)
    {
        var isFunded = Instruments.IsFunded(commitment.Instrument);
        var isAdditive = commitment.CountingBasis is CountingBasis.Additive or CountingBasis.Unspecified;
        var contingent = isFunded ? "" : $"Contingent ({DisplayText.Of(commitment.Instrument)}): reported separately, not included in the shares.";
        var notAdditive = isAdditive ? "" : $"Not additive: {DisplayText.Of(commitment.CountingBasis)}.";
        return $"{contingent} {notAdditive}".Trim();
    }

    private static IEnumerable<SideAmount> AttributionOf(
        CommitmentFacts facts, MeasureAmounts reached, Attribution? attribution, PartnershipFacts partnership)
    {
        if (attribution is null || reached.Furthest < 0 || reached[reached.Furthest] == MeasureAmounts.Undisclosed)
            return [];
        var parts = new Int128[partnership.Parties.Length];
        attribution.Add(reached[reached.Furthest], parts);
        return parts.Index().Where(part => part.Item > 0).Select(part => new SideAmount
        {
            SideId = partnership.Parties[part.Index],
            Amount = new Amount((long)part.Item, CurrencyIndex.At(facts.Currency).Code).ToMoney(),
        });
    }
}
