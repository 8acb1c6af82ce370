using Mining.Investors.V1;

namespace Mining.Simulation.Model.Rules;

/// <summary>Who owns an investor by look-through, and whether owners in covered countries hold more than a rule allows.</summary>
internal static class OutsideOwnership
{
    /// <summary>Parts per million by country: the known owners, and the rest for the investor's own country.</summary>
    public static IReadOnlyDictionary<string, int> Owners(Investor investor)
    {
        var owners = new Dictionary<string, int> { [investor.Country] = 1_000_000 };
        foreach (var owner in investor.BeneficialOwners)
        {
            owners[investor.Country] -= owner.SharePpm;
            owners[owner.Country] = owners.GetValueOrDefault(owner.Country) + owner.SharePpm;
        }

        return owners;
    }

    /// <summary>True when the investor passes the limit of a partnership's rule with this effect.</summary>
    public static bool Passes(Investor investor, IEnumerable<Partnership> partnerships, OutsideOwnershipRule.Types.Effect effect) =>
        partnerships.Any(partnership =>
            partnership.OutsideOwnershipRule is { } rule
            && rule.Effect == effect
            && Owners(investor).Where(owner => rule.CoveredCountries.Contains(owner.Key)).Sum(owner => owner.Value) > rule.LimitPpm);

    /// <summary>The commitments whose mark is another one now: the mark follows the owners and the rules.</summary>
    public static IEnumerable<Commitment> MarkedAnew(
        IEnumerable<Commitment> commitments, Func<string, Investor> investor, IReadOnlyList<Partnership> partnerships, DateTimeOffset now)
    {
        foreach (var commitment in commitments)
        {
            var marked = Passes(investor(commitment.Investor), partnerships, OutsideOwnershipRule.Types.Effect.Mark);
            if (marked == commitment.OutsideOwnershipBreach)
                continue;
            var changed = commitment.Clone();
            changed.OutsideOwnershipBreach = marked;
            yield return changed.Next(now);
        }
    }
}
