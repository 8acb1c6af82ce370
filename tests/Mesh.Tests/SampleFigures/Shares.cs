using System.Numerics;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>Dividing whole numbers so that the parts add up, and exchanging currencies.</summary>
internal static class Shares
{
    /// <summary>Parts of a whole by weight: the units left over go to the largest remainders, of equal ones to the smaller id.</summary>
    public static Dictionary<string, BigInteger> Divide(BigInteger whole, IReadOnlyDictionary<string, BigInteger> weights)
    {
        var all = weights.Values.Aggregate(BigInteger.Zero, (sum, weight) => sum + weight);
        var parts = weights.ToDictionary(weight => weight.Key, weight => whole * weight.Value / all);
        var left = (int)(whole - parts.Values.Aggregate(BigInteger.Zero, (sum, part) => sum + part));
        foreach (var id in weights.OrderByDescending(weight => whole * weight.Value % all).ThenBy(weight => weight.Key, StringComparer.Ordinal).Take(left))
            parts[id.Key]++;
        return parts;
    }

    /// <summary>An amount of a commitment by side, through the investor's owners.</summary>
    public static Dictionary<string, BigInteger> BySide(BigInteger minorUnits, WorldInvestor investor) => Divide(
        minorUnits,
        investor.Owners.GroupBy(owner => World.SideOf(owner.Key)).ToDictionary(side => side.Key, side => (BigInteger)side.Sum(owner => owner.Value)));
}

/// <summary>There is no rate on or before the date that a question asks for.</summary>
internal sealed class RateMissingException(string currency) : Exception($"no rate of {currency}");

/// <summary>Exchange at the latest rates on or before a day.</summary>
internal sealed class Exchange(World world, string reporting, DateOnly day)
{
    /// <summary>The currencies whose rate was needed.</summary>
    public SortedSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Sums by currency, in minor units, as one amount: exchanged exactly, added up and rounded once.</summary>
    public BigInteger Total(IEnumerable<KeyValuePair<string, BigInteger>> sums)
    {
        var total = Ratio.Zero;
        foreach (var (currency, minorUnits) in sums)
        {
            var amount = new Ratio(minorUnits, BigInteger.Pow(10, World.Decimals(currency)));
            total += currency == reporting ? amount : amount * UnitsPerEuro(reporting) / UnitsPerEuro(currency);
        }

        return (total * new Ratio(BigInteger.Pow(10, World.Decimals(reporting)), 1)).Round();
    }

    /// <summary>The rate that holds, as the file has it, and its day.</summary>
    public (string UnitsPerEuro, DateOnly Day) RateOf(string currency)
    {
        var days = world.Rates.GetValueOrDefault(currency)?.Where(rate => rate.Key <= day).ToList();
        return days is { Count: > 0 } ? (days[^1].Value, days[^1].Key) : throw new RateMissingException(currency);
    }

    private Ratio UnitsPerEuro(string currency)
    {
        if (currency == "EUR")
            return new Ratio(1, 1);
        Used.Add(currency);
        return Ratio.Parse(RateOf(currency).UnitsPerEuro);
    }
}
