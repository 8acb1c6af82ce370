using Mining.Investors.Domain;
using Mining.Primitives.Numbers;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Converts published totals to and from their wire type.</summary>
public static class ConfidentialTotalWriter
{
    /// <summary>Reads the kind of a total.</summary>
    public static DisclosureKind KindOf(Wire.ConfidentialTotal total) =>
        new(string.Join(',', total.OwnerSides), total.SideId, total.Instrument, total.Pledged.CurrencyCode);

    /// <summary>Creates the total of a kind.</summary>
    /// <exception cref="OverflowException">The total does not fit into an amount.</exception>
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
