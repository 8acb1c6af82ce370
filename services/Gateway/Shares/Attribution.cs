using Mining.Gateway.Facts;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Shares;

/// <summary>
/// The parties that an investor's money belongs to, by look-through: the countries of its beneficial owners, and its own country for the
/// rest. Amounts are split by largest remainder, so the parts always add up to the whole.
/// </summary>
internal sealed class Attribution
{
    private const int Shared = -1;

    private readonly long[] weightsPpm;

    /// <summary>The party that owns all of it, as for most investors; otherwise <see cref="Shared"/>.</summary>
    private readonly int soleParty;

    private Attribution(long[] weightsPpm, bool breachesOwnershipRule)
    {
        this.weightsPpm = weightsPpm;
        soleParty = weightsPpm.Count(weight => weight > 0) == 1 ? Array.FindIndex(weightsPpm, weight => weight > 0) : Shared;
        BreachesOwnershipRule = breachesOwnershipRule;
    }

    /// <summary>Whether owners in the covered countries hold more than the partnership's outside-ownership rule allows.</summary>
    public bool BreachesOwnershipRule { get; }

    public static Attribution Of(InvestorFacts investor, PartnershipFacts partnership)
    {
        var weightsPpm = new long[partnership.Parties.Length];
        foreach (var (country, sharePpm) in investor.LookThrough)
            weightsPpm[partnership.PartyOf(country)] += sharePpm;
        var covered = partnership.OwnershipRule?.CoveredCountries;
        var coveredPpm = covered is null ? 0 : investor.LookThrough.Where(owner => covered.Contains(owner.Country)).Sum(owner => owner.SharePpm);
        return new Attribution(weightsPpm, coveredPpm > (partnership.OwnershipRule?.LimitPpm ?? 0));
    }

    /// <summary>Finds the only party that an amount belongs to; false if the amount must be split.</summary>
    public bool TryGetSoleParty(out int party)
    {
        party = soleParty;
        return party != Shared;
    }

    /// <summary>Splits an amount into one part per party.</summary>
    public void Split(long minorUnits, Span<long> parts) => LargestRemainder.Split(minorUnits, weightsPpm, parts);

    /// <summary>Adds an amount to the sums of the parties.</summary>
    public void Add(long minorUnits, Span<Int128> sums)
    {
        if (soleParty != Shared)
        {
            sums[soleParty] += minorUnits;
            return;
        }

        Span<long> parts = stackalloc long[weightsPpm.Length];
        LargestRemainder.Split(minorUnits, weightsPpm, parts);
        for (var party = 0; party < parts.Length; party++)
            sums[party] += parts[party];
    }
}
