using System.Collections.Frozen;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;

namespace Mining.Gateway.Facts;

/// <summary>
/// A partnership. Its parties are the sides and <see cref="OutsideId"/>, ordered by id (ordinal). This order decides which party gets a
/// remaining minor unit, and the order of rows in responses. Compared by identity: each version is a new object.
/// </summary>
internal sealed class PartnershipFacts
{
    public const string OutsideId = "OUTSIDE";

    private const int Whole = 1_000_000;

    private readonly FrozenDictionary<string, int> partyByCountry;

    private PartnershipFacts(Partnership partnership)
    {
        Name = partnership.Name;
        ReportingCurrency = partnership.ReportingCurrency;
        OwnershipRule = partnership.OutsideOwnershipRule?.Clone();
        Parties = [.. partnership.Sides.Select(side => side.SideId).Append(OutsideId).Order(StringComparer.Ordinal)];
        Outside = Array.IndexOf(Parties, OutsideId);
        TargetsPpm = [.. Parties.Select(party => partnership.Sides.FirstOrDefault(side => side.SideId == party)?.TargetSharePpm)];
        MinTargetPpm = TargetsPpm.Min() ?? Whole;
        partyByCountry = partnership.Sides
            .SelectMany(side => side.Countries.Select(country => KeyValuePair.Create(country, Array.IndexOf(Parties, side.SideId))))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    public string Name { get; }

    public string ReportingCurrency { get; }

    public string[] Parties { get; }

    /// <summary>The index of <see cref="OutsideId"/> among the parties.</summary>
    public int Outside { get; }

    /// <summary>The target share of each party; null for <see cref="OutsideId"/>.</summary>
    public int?[] TargetsPpm { get; }

    /// <summary>The smallest target; the whole if there is no side.</summary>
    public int MinTargetPpm { get; }

    public OutsideOwnershipRule? OwnershipRule { get; }

    public int PartyOf(string country) => partyByCountry.GetValueOrDefault(country, Outside);

    /// <summary>The party with this id. An id that is no longer a side counts as outside.</summary>
    public int PartyOfSide(string sideId) => Array.IndexOf(Parties, sideId) is >= 0 and var party ? party : Outside;

    public static PartnershipFacts Read(Partnership partnership)
    {
        if (!Currency.TryGet(partnership.ReportingCurrency, out _))
            throw new InvalidDataException(Currency.Refusal(partnership.ReportingCurrency));
        var ids = partnership.Sides.Select(side => side.SideId).Append(OutsideId).ToArray();
        var countries = partnership.Sides.SelectMany(side => side.Countries).ToArray();
        if (ids.Distinct().Count() < ids.Length || countries.Distinct().Count() < countries.Length)
            throw new InvalidDataException("The partnership lists a side or a country more than once.");
        return new PartnershipFacts(partnership);
    }
}
