using System.Buffers;
using System.Runtime.InteropServices;

namespace Mining.Primitives.Numbers;

/// <summary>
/// Splits a total into integer parts that add up to it, by the largest remainder method (Hamilton, or Hare–Niemeyer): each part gets the
/// floor of its exact share, and the remaining units go one by one to the largest remainders, ties to the smaller index. Callers order by
/// side id, so index order is id order.
/// </summary>
public static class LargestRemainder
{
    private const int PartsPerMillion = 1_000_000;

    /// <summary>Maximum number of parts that are computed on the stack. There are only a few sides and owners.</summary>
    private const int MaxPartsOnStack = 32;

    /// <summary>
    /// Splits <paramref name="total"/> in proportion to the weights. A negative total is split by its magnitude. Throws <see
    /// cref="ArgumentException"/> if a weight is negative or no weight is positive.
    /// </summary>
    public static long[] Split(long total, IReadOnlyList<long> weights)
    {
        var parts = new long[weights.Count];
        Split(total, AsSpan(weights), parts);
        return parts;
    }

    /// <summary>
    /// Like the other overload, into <paramref name="parts"/> of the same length as the weights. Does not allocate for a few parts.
    /// </summary>
    public static void Split(long total, ReadOnlySpan<long> weights, Span<long> parts)
    {
        if (parts.Length != weights.Length)
            throw new ArgumentException($"{weights.Length} weights cannot be split into {parts.Length} parts.", nameof(parts));
        var sum = SumOf(weights);

        // All products are at most 2^63 × 2^63 and fit into 127 bits. The parts of a magnitude of 2^63 fit because they are negative.
        var magnitude = Int128.Abs(total);
        var rented = weights.Length > MaxPartsOnStack ? ArrayPool<Claim>.Shared.Rent(weights.Length) : null;
        var claims = rented is null ? stackalloc Claim[weights.Length] : rented.AsSpan(0, weights.Length);
        var left = magnitude;
        // Ordinary amounts do not need 128 bits, where division costs ten times as much. No weight exceeds the sum.
        var isSmall = sum <= long.MaxValue && magnitude <= long.MaxValue / (long)sum;
        for (var i = 0; i < weights.Length; i++)
        {
            var (floor, remainder) = isSmall ? DivRem((long)magnitude * weights[i], (long)sum) : Int128.DivRem(magnitude * weights[i], sum);
            claims[i] = new Claim(remainder, i);
            parts[i] = (long)(total < 0 ? -floor : floor);
            left -= floor;
        }

        // There are fewer remaining units than positive remainders, so a weight of 0 never gets one.
        if (left > 0)
            claims.Sort();
        for (var i = 0; i < left; i++)
            parts[claims[i].Index] += Math.Sign(total);
        if (rented is not null)
            ArrayPool<Claim>.Shared.Return(rented);
    }

    /// <summary>
    /// The share of each part in the total, in parts per million. The shares add up to 1 000 000. Throws <see cref="ArgumentException"/> if
    /// a part is negative or the sum is 0: with nothing to share, shares are undefined, not zero.
    /// </summary>
    public static int[] SharesPpm(IReadOnlyList<long> parts)
    {
        var shares = new int[parts.Count];
        SharesPpm(AsSpan(parts), shares);
        return shares;
    }

    /// <summary>
    /// Like the other overload, into <paramref name="sharesPpm"/> of the same length as the parts. Does not allocate for a few parts.
    /// </summary>
    public static void SharesPpm(ReadOnlySpan<long> parts, Span<int> sharesPpm)
    {
        if (sharesPpm.Length != parts.Length)
            throw new ArgumentException($"{parts.Length} parts do not have {sharesPpm.Length} shares.", nameof(sharesPpm));
        var shares = parts.Length > MaxPartsOnStack ? new long[parts.Length] : stackalloc long[parts.Length];
        Split(PartsPerMillion, parts, shares);
        for (var i = 0; i < shares.Length; i++)
            sharesPpm[i] = (int)shares[i];
    }

    private static (Int128 Quotient, Int128 Remainder) DivRem(long dividend, long divisor)
    {
        var (quotient, remainder) = Math.DivRem(dividend, divisor);
        return (quotient, remainder);
    }

    private static Int128 SumOf(ReadOnlySpan<long> weights)
    {
        var sum = Int128.Zero;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] >= 0
                ? weights[i]
                : throw new ArgumentException($"The weight {weights[i]} at index {i} is negative.", nameof(weights));
        return sum > 0 ? sum : throw new ArgumentException("No weight is above 0, so there is nothing to split by.", nameof(weights));
    }

    private static ReadOnlySpan<long> AsSpan(IReadOnlyList<long> list) => list switch
    {
        long[] array => array,
        List<long> growable => CollectionsMarshal.AsSpan(growable),
        _ => list.ToArray(),
    };

    /// <summary>The remainder of an exact part above its floor. The largest sorts first, ties by smaller index.</summary>
    private readonly record struct Claim(Int128 Remainder, int Index) : IComparable<Claim>
    {
        public int CompareTo(Claim other)
        {
            var byRemainder = other.Remainder.CompareTo(Remainder);
            return byRemainder != 0 ? byRemainder : Index.CompareTo(other.Index);
        }
    }
}
