using Mining.Investors.V1;

namespace Mining.Investors.Domain;

/// <summary>What of confidential commitments is published together: the same callers see them, and nothing but the amounts differs.</summary>
/// <param name="OwnerSides">The sides of the investors' seats, ordered and joined by commas.</param>
/// <param name="SideId">To whom all of the money belongs by look-through.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="CurrencyCode">The currency.</param>
public sealed record DisclosureKind(string OwnerSides, string SideId, Instrument Instrument, string CurrencyCode);

/// <summary>What one confidential commitment adds to the total of its kind. Minor units; each measure contains the next.</summary>
public sealed record Contribution(string Commitment, string Investor, long Pledged, long Committed, long Disbursed)
{
    /// <summary>The money of one measure that has not reached the next: pledged only, committed only, disbursed. Each unit of money stands once.</summary>
    public IReadOnlyList<long> Tiers() => [Pledged - Committed, Committed - Disbursed, Disbursed];

    /// <summary>What a commitment adds on a day; null: nothing, or what cannot be told, since an amount is undisclosed.</summary>
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

        bool Counts(Platform.Numbers.PartialDate? date) => CommitmentRules.FirstDay(date) <= day;
    }

    /// <summary>Before its first dated amount a commitment has that amount.</summary>
    private static Platform.Numbers.Amount? FirstAmount(Commitment commitment) =>
        commitment.Amounts.Count > 0 ? commitment.Amounts[0].Amount : null;
}

/// <summary>
/// When totals of confidential commitments may be published. The rule is about differences, for it is by those that a single
/// commitment is found out: the new total of a kind must differ from each earlier one, and from nothing, by what at least so many
/// investors do, or not at all; and that for every sum of tiers, since pledged, committed and disbursed money are published side by side.
/// </summary>
public static class Disclosure
{
    /// <summary>The fewest contributors that a partnership may ask for: of two, each would know the other.</summary>
    public const int MinContributors = 3;

    /// <summary>The most contributors that a partnership may ask for.</summary>
    public const int MaxContributors = 100;

    private const int TierCount = 3;

    /// <summary>Whether contributions may be published as the next total of their kind.</summary>
    /// <param name="next">The contributions as they are now.</param>
    /// <param name="earlier">Those behind each total of this kind that was published before, the latest last.</param>
    /// <param name="minContributors">How many investors must differ at least.</param>
    public static bool MayFollow(
        IReadOnlyList<Contribution> next, IReadOnlyList<IReadOnlyList<Contribution>> earlier, int minContributors)
    {
        IReadOnlyList<Contribution> latest = earlier.Count > 0 ? earlier[^1] : [];
        return Changed(latest, next).Any(investors => investors.Count > 0)
            && earlier.Prepend([]).All(before => Changed(before, next).All(investors => investors.Count == 0 || investors.Count >= minContributors));
    }

    /// <summary>For every sum of tiers the investors whose commitments add something else to it than before.</summary>
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
