using Mining.Platform.Errors;

namespace Mining.Investors.Domain;

/// <summary>A part of an investor that is owned from one country.</summary>
public sealed record Owner(string Country, int SharePpm)
{
    /// <summary>What of it is the rest for which the investor's seat stands, since its owners are not known.</summary>
    public int OfSeatPpm { get; init; }
}

/// <summary>A rule whose limit is passed.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Owners">The covered owners, the largest first (ties: by country).</param>
public sealed record OwnershipFinding(OwnershipRule Rule, IReadOnlyList<Owner> Owners)
{
    /// <summary>The largest single part, in parts per million.</summary>
    public int DirectPpm => Owners[0].SharePpm;

    /// <summary>All parts together, in parts per million.</summary>
    public int SummedPpm => Owners.Sum(owner => owner.SharePpm);
}

/// <summary>A partnership's limit to what owners in covered countries may hold together.</summary>
/// <param name="Partnership">Whose rule it is.</param>
/// <param name="CoveredCountries">The countries whose owners are limited.</param>
/// <param name="LimitPpm">The most that they may hold, in parts per million.</param>
/// <param name="Blocks">Whether a commitment is refused; otherwise it is marked.</param>
/// <param name="Basis">Where the rule comes from; may be empty.</param>
public sealed record OwnershipRule(string Partnership, IReadOnlyList<string> CoveredCountries, int LimitPpm, bool Blocks, string Basis = "")
{
    /// <summary>How many owners and how many characters of the basis a refusal shows: it has to fit into the trailers of a call.</summary>
    private const int MaxShownOwners = 5, MaxShownBasisLength = 200;

    /// <summary>What is found where the owners pass the limit; null where they do not.</summary>
    public OwnershipFinding? Find(IReadOnlyList<Owner> owners)
    {
        var covered = owners.Where(owner => CoveredCountries.Contains(owner.Country))
            .OrderByDescending(owner => owner.SharePpm).ThenBy(owner => owner.Country, StringComparer.Ordinal).ToList();
        return covered.Sum(owner => owner.SharePpm) > LimitPpm ? new OwnershipFinding(this, covered) : null;
    }

    /// <summary>
    /// Why a commitment of an investor is refused, or null: the rule, the chain from the investor to each covered owner, and the figures,
    /// direct (the largest single owner) and summed.
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

/// <summary>Whose an investor is.</summary>
public static class LookThrough
{
    /// <summary>The whole of an investor.</summary>
    public const int Whole = 1_000_000;

    /// <summary>The known owners by country, and the rest as the investor's own country's: together the whole.</summary>
    public static IReadOnlyList<Owner> Owners(string country, IReadOnlyList<Owner> known)
    {
        var rest = Whole - known.Sum(owner => owner.SharePpm);
        return [.. known.Append(new Owner(country, rest) { OfSeatPpm = rest })
            .Where(owner => owner.SharePpm > 0)
            .GroupBy(owner => owner.Country, StringComparer.Ordinal)
            .Select(owners => new Owner(owners.Key, owners.Sum(owner => owner.SharePpm)) { OfSeatPpm = owners.Sum(owner => owner.OfSeatPpm) })];
    }
}
