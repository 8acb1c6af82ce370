using System.Numerics;

namespace Mining.Simulation.Model.Figures;

/// <summary>Splits a whole number so that the parts add up to it.</summary>
internal static class LargestRemainder
{
    /// <summary>
    /// Each party gets the whole part of its due; the leftover units go to those with the largest remainders, one each (ties: the smaller
    /// id).
    /// </summary>
    public static IReadOnlyDictionary<string, BigInteger> Split(BigInteger whole, IReadOnlyDictionary<string, BigInteger> weights)
    {
        var sum = weights.Values.Aggregate(BigInteger.Zero, (total, weight) => total + weight);
        var parts = weights.ToDictionary(entry => entry.Key, entry => whole * entry.Value / sum);
        var left = parts.Values.Aggregate(whole, (rest, part) => rest - part);
        var next = weights
            .OrderByDescending(entry => whole * entry.Value % sum)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Key);
        foreach (var id in next.Take((int)left))
            parts[id]++;
        return parts;
    }
}
