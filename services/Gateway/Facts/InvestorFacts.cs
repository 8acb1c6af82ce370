using Mining.Investors.V1;

namespace Mining.Gateway.Facts;

/// <summary>What figures need of an investor. The part that no owner holds is its own country's.</summary>
internal sealed record InvestorFacts(
    string Name, long Version, string DisplayName, string Country, (string Country, int SharePpm)[] Owners)
{
    private const int Whole = 1_000_000;

    /// <summary>Who owns it by look-through, its own country for the rest included.</summary>
    public IEnumerable<(string Country, int SharePpm)> LookThrough =>
        Owners.Append((Country, Whole - Owners.Sum(owner => owner.SharePpm))).Where(owner => owner.Item2 > 0);

    public static InvestorFacts Read(Investor investor, long version)
    {
        var owners = investor.BeneficialOwners.Select(owner => (owner.Country, owner.SharePpm)).ToArray();
        if (owners.Any(owner => owner.SharePpm < 0) || owners.Sum(owner => (long)owner.SharePpm) > Whole)
            throw new InvalidDataException("The owners' parts are negative or add up to more than a million.");
        return new InvestorFacts(investor.Name, version, investor.DisplayName, investor.Country, owners);
    }
}
