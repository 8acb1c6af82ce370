using Mining.Investors.V1;

namespace Mining.Simulation.Model.Rules;

/// <summary>The owners of an investor by look-through, and whether owners in covered countries hold more than a rule allows.</summary>
internal static class OutsideOwnership
{
    /// <summary>Parts per million by country: the known owners, with the rest for the investor's own country.</summary>
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

    /// <summary>True if the investor exceeds the limit of a partnership's rule with this effect.</summary>
    public static bool Passes(Investor investor, IEnumerable<Partnership> partnerships, OutsideOwnershipRule.Types.Effect effect) =>
        partnerships.Any(partnership => partnership.OutsideOwnershipRule is { } rule && rule.Effect == effect && Passes(investor, rule));

    /// <summary>True if owners in covered countries hold more of the investor than the rule allows.</summary>
    public static bool Passes(Investor investor, OutsideOwnershipRule rule) =>
        Owners(investor).Where(owner => rule.CoveredCountries.Contains(owner.Key)).Sum(owner => owner.Value) > rule.LimitPpm;

    /// <summary>The flags of a commitment: the non-blocking rules whose limits the investor exceeds.</summary>
    public static IEnumerable<OwnershipFinding> Findings(Investor investor, IEnumerable<Partnership> partnerships)
    {
        foreach (var partnership in partnerships.OrderBy(known => known.Name, StringComparer.Ordinal))
        {
            if (!Passes(investor, [partnership], OutsideOwnershipRule.Types.Effect.Mark))
                continue;
            var rule = partnership.OutsideOwnershipRule;
            var covered = Owners(investor).Where(owner => owner.Value > 0 && rule.CoveredCountries.Contains(owner.Key)).ToList();
            yield return new OwnershipFinding
            {
                Partnership = partnership.Name,
                Basis = rule.Basis,
                LimitPpm = rule.LimitPpm,
                SummedPpm = covered.Sum(owner => owner.Value),
                DirectPpm = covered.Max(owner => owner.Value),
                Owners =
                {
                    covered.OrderBy(owner => -owner.Value).ThenBy(owner => owner.Key, StringComparer.Ordinal)
                        .Select(owner => new BeneficialOwner { Country = owner.Key, SharePpm = owner.Value }),
                },
            };
        }
    }

    /// <summary>The commitments whose flag changes: the flag follows the owners and the rules.</summary>
    public static IEnumerable<Commitment> MarkedAnew(
        IEnumerable<Commitment> commitments, Func<string, Investor> investor, IReadOnlyList<Partnership> partnerships, DateTimeOffset now)
    {
        foreach (var commitment in commitments)
        {
            OwnershipFinding[] findings = [.. Findings(investor(commitment.Investor), partnerships)];
            if (findings.SequenceEqual(commitment.OwnershipFindings))
                continue;
            var changed = commitment.Clone();
            changed.OutsideOwnershipBreach = findings.Length > 0;
            changed.OwnershipFindings.Clear();
            changed.OwnershipFindings.AddRange(findings);
            yield return changed.Next(now);
        }
    }
}
