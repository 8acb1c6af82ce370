using Mining.Investors.V1;

namespace Mining.Gateway.Facts;

/// <summary>The fields of an investor that figures need. Ownership without a known owner belongs to the investor's own country.</summary>
internal sealed record InvestorFacts(
    string Name, long Version, string DisplayName, string Country, (string Country, int SharePpm)[] Owners)
{
    private const int Whole = 1_000_000;

    /// <summary>The owners by look-through, including the investor's own country for the remainder.</summary>
    public IEnumerable<(string Country, int SharePpm)> LookThrough =>
        Owners.Append((Country, Whole - Owners.Sum(owner => owner.SharePpm))).Where(owner => owner.Item2 > 0);

    public static InvestorFacts Read(Investor investor, long version)
    {
        var owners = investor.BeneficialOwners.Select(owner => (owner.Country, owner.SharePpm)).ToArray();
        if (owners.Any(owner => owner.SharePpm < 0) || owners.Sum(owner => (long)owner.SharePpm) > Whole)
            throw new InvalidDataException("The owners' parts are negative or exceed 1 000 000 ppm in total.");
        return new InvestorFacts(investor.Name, version, investor.DisplayName, investor.Country, owners);
    }
}
