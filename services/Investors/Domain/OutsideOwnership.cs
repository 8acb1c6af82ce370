using Mining.Platform.Errors;

namespace Mining.Investors.Domain;

/// <summary>The share of an investor that is owned from one country.</summary>
public sealed record Owner(string Country, int SharePpm)
{
    /// <summary>The part of the share without a known owner, which counts for the investor's seat.</summary>
    public int OfSeatPpm { get; init; }
}

/// <summary>A breach of a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Owners">The covered owners, largest share first, then by country.</param>
public sealed record OwnershipFinding(OwnershipRule Rule, IReadOnlyList<Owner> Owners)
{
    /// <summary>The largest share of one country, in parts per million.</summary>
    public int DirectPpm => Owners[0].SharePpm;

    /// <summary>The sum of all shares, in parts per million.</summary>
    public int SummedPpm => Owners.Sum(owner => owner.SharePpm);
}

/// <summary>A partnership's limit on the share that owners in covered countries may hold together.</summary>
/// <param name="Partnership">The partnership that has the rule.</param>
/// <param name="CoveredCountries">The covered countries.</param>
/// <param name="LimitPpm">The maximum share, in parts per million.</param>
/// <param name="Blocks">Whether a breach refuses the commitment; otherwise it is marked.</param>
/// <param name="Basis">The basis of the rule; may be empty.</param>
public sealed record OwnershipRule(string Partnership, IReadOnlyList<string> CoveredCountries, int LimitPpm, bool Blocks, string Basis = "")
{
    /// <summary>Maximum number of owners and length of the basis in a refusal, which must fit into HTTP trailers.</summary>
    private const int MaxShownOwners = 5, MaxShownBasisLength = 200;

    /// <summary>The finding if the owners exceed the limit; otherwise null.</summary>
    public OwnershipFinding? Find(IReadOnlyList<Owner> owners)
    {
        var covered = owners.Where(owner => CoveredCountries.Contains(owner.Country))
            .OrderByDescending(owner => owner.SharePpm).ThenBy(owner => owner.Country, StringComparer.Ordinal).ToList();
        return covered.Sum(owner => owner.SharePpm) > LimitPpm ? new OwnershipFinding(this, covered) : null;
    }

    /// <summary>
    /// Why a commitment of an investor is refused, or null. Contains the rule, the chain from the investor to each covered owner, the
    /// largest single share (direct) and the sum.
    /// </summary>
    public Refusal? Refuse(string investor, IReadOnlyList<Owner> owners)
    {
        if (!Blocks || Find(owners) is not { } finding)
            return null;
        var (covered, direct, summed) = (finding.Owners, finding.DirectPpm, finding.SummedPpm);
        var chain = string.Join("; ", covered.Take(MaxShownOwners).Select(owner => $"{investor} > {DisplayText(owner)}"))
            + (covered.Count > MaxShownOwners ? $"; and {covered.Count - MaxShownOwners} more" : "");
        var basis = Basis.Length > MaxShownBasisLength ? Basis[..MaxShownBasisLength] + "…" : Basis;
        return Refusal.Precondition(
            "OUTSIDE_OWNERSHIP_LIMIT",
            investor,
            $"The outside-ownership rule of {Partnership} allows owners in covered countries at most {LimitPpm} ppm of an investor; those of {investor} "
            + $"hold {summed} ppm together, the largest of them {direct} ppm: {chain}.{(basis.Length > 0 ? $" The rule's basis: {basis}." : "")}") with
        {
            Metadata = new Dictionary<string, string>
            {
                ["partnership"] = Partnership,
                ["basis"] = basis,
                ["covered_countries"] = string.Join(',', CoveredCountries),
                ["limit_ppm"] = $"{LimitPpm}",
                ["owner_chain"] = chain,
                ["direct_ppm"] = $"{direct}",
                ["summed_ppm"] = $"{summed}",
            },
        };
    }

    private static string DisplayText(Owner owner) => owner.OfSeatPpm == 0 ? $"{owner.Country} {owner.SharePpm} ppm"
        : $"{owner.Country} {owner.SharePpm} ppm ({owner.OfSeatPpm} ppm have no known owner and count for the investor's seat)";
}

/// <summary>The owners of an investor, by look-through.</summary>
public static class LookThrough
{
    /// <summary>The whole of an investor, in parts per million.</summary>
    public const int Whole = 1_000_000;

    /// <summary>
    /// The known owners by country, with the remainder assigned to the investor's own country. Together they are the whole.
    /// </summary>
    public static IReadOnlyList<Owner> Owners(string country, IReadOnlyList<Owner> known)
    {
        var rest = Whole - known.Sum(owner => owner.SharePpm);
        return [.. known.Append(new Owner(country, rest) { OfSeatPpm = rest })
            .Where(owner => owner.SharePpm > 0)
            .GroupBy(owner => owner.Country, StringComparer.Ordinal)
            .Select(owners => new Owner(owners.Key, owners.Sum(owner => owner.SharePpm)) { OfSeatPpm = owners.Sum(owner => owner.OfSeatPpm) })];
    }
}
