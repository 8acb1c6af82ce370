using Mining.Investors.V1;

namespace Mining.Investors.Domain;

/// <summary>
/// The kind of confidential commitments that are published together: visible to the same callers and different only in their amounts.
/// </summary>
/// <param name="OwnerSides">The sides of the investors' seats, ordered and joined by commas.</param>
/// <param name="SideId">The side that all of the money belongs to by look-through.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="CurrencyCode">The currency.</param>
public sealed record DisclosureKind(string OwnerSides, string SideId, Instrument Instrument, string CurrencyCode);

/// <summary>
/// The contribution of one confidential commitment to the total of its kind, in minor units. Each measure includes the next.
/// </summary>
public sealed record Contribution(string Commitment, string Investor, long Pledged, long Committed, long Disbursed)
{
    /// <summary>
    /// The money by the last measure reached: only pledged, only committed, disbursed. Each unit of money is counted once.
    /// </summary>
    public IReadOnlyList<long> Tiers() => [Pledged - Committed, Committed - Disbursed, Disbursed];

    /// <summary>The contribution of a commitment on a day; null if there is none or an amount is undisclosed.</summary>
    public static Contribution? Of(Commitment commitment, string investor, DateOnly day)
    {
        var payments = commitment.Disbursements.Where(payment => Counts(payment.Date)).ToList();
        if (payments.Any(payment => payment.Amount is null))
            return null;
        var disbursed = payments.Aggregate(0L, (sum, payment) => checked(sum + payment.Amount!.Value.MinorUnits));
        if (commitment.Cancellation is { } cancellation && Counts(cancellation.Date))
            return disbursed == 0 ? null : new Contribution(commitment.Name, investor, disbursed, disbursed, disbursed);

        var isCommitted = payments.Count > 0 || (commitment.Signing is { } signing && Counts(signing.Date));
        if (!isCommitted && !Counts(commitment.AnnouncementDate))
            return null;
        return (CommitmentRules.AmountOn(commitment, day) ?? FirstAmount(commitment)) is { } amount
            ? new Contribution(commitment.Name, investor, amount.MinorUnits, isCommitted ? amount.MinorUnits : 0, disbursed)
            : null;

        bool Counts(Primitives.Numbers.PartialDate? date) => CommitmentRules.FirstDay(date) <= day;
    }

    /// <summary>Before its first dated amount, a commitment has that amount.</summary>
    private static Primitives.Numbers.Amount? FirstAmount(Commitment commitment) =>
        commitment.Amounts.Count > 0 ? commitment.Amounts[0].Amount : null;
}

/// <summary>
/// The rule for publishing totals of confidential commitments. Differences between totals could reveal a single commitment. So the new
/// total of a kind must differ from zero and from each earlier total either not at all or by the commitments of a minimum number of
/// investors. This must hold for every sum of tiers, because pledged, committed and disbursed money are published side by side.
/// </summary>
public static class Disclosure
{
    /// <summary>Minimum value of a partnership's setting. With two contributors, each could work out the other's amount.</summary>
    public const int MinContributors = 3;

    /// <summary>Maximum value of a partnership's setting.</summary>
    public const int MaxContributors = 100;

    private const int TierCount = 3;

    /// <summary>Whether contributions may be published as the next total of their kind.</summary>
    /// <param name="next">The current contributions.</param>
    /// <param name="earlier">The contributions behind each earlier published total of this kind, latest last.</param>
    /// <param name="minContributors">Minimum number of investors that must differ.</param>
    public static bool MayFollow(
        IReadOnlyList<Contribution> next, IReadOnlyList<IReadOnlyList<Contribution>> earlier, int minContributors)
    {
        IReadOnlyList<Contribution> latest = earlier.Count > 0 ? earlier[^1] : [];
        return Changed(latest, next).Any(investors => investors.Count > 0)
            && earlier.Prepend([]).All(before => Changed(before, next).All(investors => investors.Count == 0 || investors.Count >= minContributors));
    }

    /// <summary>For every sum of tiers, the investors whose contribution to it has changed.</summary>
    private static IEnumerable<HashSet<string>> Changed(IReadOnlyList<Contribution> before, IReadOnlyList<Contribution> after)
    {
        var known = before.ToDictionary(contribution => contribution.Commitment, StringComparer.Ordinal);
        var differences = new List<(string Investor, long[] Tiers)>();
        foreach (var contribution in after)
            differences.Add((contribution.Investor, Less(contribution.Tiers(), known.Remove(contribution.Commitment, out var old) ? old.Tiers() : null)));
        differences.AddRange(known.Values.Select(gone => (gone.Investor, Less(gone.Tiers(), null))));
        return Enumerable.Range(1, (1 << TierCount) - 1).Select(tiers => differences
            .Where(difference => Enumerable.Range(0, TierCount).Where(tier => (tiers >> tier & 1) == 1).Aggregate(Int128.Zero, (sum, tier) => sum + difference.Tiers[tier]) != 0)
            .Select(difference => difference.Investor)
            .ToHashSet(StringComparer.Ordinal));
    }

    private static long[] Less(IReadOnlyList<long> tiers, IReadOnlyList<long>? before) =>
        [.. tiers.Select((amount, tier) => amount - (before?[tier] ?? 0))];
}
