using Mining.Investors.Domain;
using Mining.Platform.Numbers;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Writes a published total into its wire form, and reads of which kind it is.</summary>
public static class ConfidentialTotalWriter
{
    /// <summary>The kind of a total.</summary>
    public static DisclosureKind KindOf(Wire.ConfidentialTotal total) =>
        new(string.Join(',', total.OwnerSides), total.SideId, total.Instrument, total.Pledged.CurrencyCode);

    /// <summary>The total of a kind.</summary>
    /// <exception cref="OverflowException">It does not fit into an amount.</exception>
    public static Wire.ConfidentialTotal ToTotal(DisclosureKind kind, IReadOnlyList<Contribution> contributions)
    {
        return new Wire.ConfidentialTotal
        {
            OwnerSides = { kind.OwnerSides.Split(',', StringSplitOptions.RemoveEmptyEntries) },
            SideId = kind.SideId,
            Instrument = kind.Instrument,
            Pledged = Sum(contribution => contribution.Pledged),
            Committed = Sum(contribution => contribution.Committed),
            Disbursed = Sum(contribution => contribution.Disbursed),
            PledgedCount = contributions.Count(contribution => contribution.Pledged > 0),
            CommittedCount = contributions.Count(contribution => contribution.Committed > 0),
            DisbursedCount = contributions.Count(contribution => contribution.Disbursed > 0),
        };

        Google.Type.Money Sum(Func<Contribution, long> measure) =>
            new Amount(contributions.Aggregate(0L, (sum, contribution) => checked(sum + measure(contribution))), kind.CurrencyCode).ToMoney();
    }
}
