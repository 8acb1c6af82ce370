using Mining.Investors.Api;
using Mining.Investors.Domain;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Jobs;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Primitives.Settings;

namespace Mining.Investors.Features;

/// <summary>
/// Publishes totals of confidential commitments for callers who may not see them individually, whenever enough investors are behind the
/// change (<see cref="Disclosure"/>). It runs periodically, so that the time of a publication reveals little about the change that
/// triggered it.
/// </summary>
public sealed class PublishConfidentialTotals(
    CommitmentStore commitments, ConfidentialTotalsStore store, PartnershipStore partnerships, ChangeLog changes, Committer committer,
    ServiceIdentity service, TimeProvider time, ILogger<PublishConfidentialTotals> log)
    : PeriodicJob(Interval, time, log)
{
    /// <summary>How often it runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private (long Sequence, DateOnly Day) seen = (-1, DateOnly.MinValue);

    /// <summary>Publishes what may be, if anything has changed since it last looked.</summary>
    public override async Task RunOnce(CancellationToken cancellation)
    {
        var now = ((await changes.Head(cancellation)).LastSequence, DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime));
        if (now == seen)
            return;
        if (await commitments.HasConfidential(cancellation))
        {
            foreach (var partnership in await partnerships.ReadAll(cancellation))
            {
                await committer.Run(
                    Command.OfService(service.Name, nameof(PublishConfidentialTotals)), work => Publish(work, partnership.Name), cancellation);
            }
        }

        seen = now;
    }

    private async Task<ConfidentialTotals> Publish(UnitOfWork work, string partnershipName)
    {
        var partnership = await PartnershipStore.Load(work, partnershipName);
        var latest = await store.FindLatest(work, partnershipName);
        var now = await Contributions(work, partnership);
        var earlier = await ConfidentialTotalsStore.LoadPublications(work, partnershipName);
        var next = new SortedDictionary<string, ConfidentialTotal>(
            latest?.Totals.ToDictionary(total => ConfidentialTotalWriter.KindOf(total).ToString(), total => total) ?? [], StringComparer.Ordinal);
        var minContributors = Math.Max(partnership.MinContributors, Disclosure.MinContributors);
        var published = 0;
        foreach (var kind in now.Select(kind => kind.Key).Union(earlier.Select(kind => kind.Key)))
        {
            var contributions = now[kind].ToList();
            if (!Disclosure.MayFollow(contributions, [.. earlier[kind]], minContributors))
                continue;
            await ConfidentialTotalsStore.KeepPublication(work, partnershipName, kind, contributions);
            next[kind.ToString()] = ConfidentialTotalWriter.ToTotal(kind, contributions);
            published++;
        }

        if (published == 0)
            return latest ?? new ConfidentialTotals();
        Log.LogInformation("Totals of {Count} kinds of confidential commitments of {Partnership} are published", published, partnershipName);

        // If the clock was set back, do not rewrite a past day.
        var latestDay = latest is null ? DateOnly.MinValue : CommitmentReader.Date(latest.Date)!.Value.FirstDay;
        var day = latestDay > work.Today ? latestDay : work.Today;
        var totals = new ConfidentialTotals
        {
            Name = ResourceNames.ConfidentialTotals.Name($"{ResourceNames.Partnerships.Id(partnershipName)}.{day:yyyy-MM-dd}"),
            Partnership = partnershipName,
            Date = PartialDate.From(day).ToDate(),
            Totals = { next.Values },
        };
        return await ConfidentialTotalsStore.Save(work, day == latestDay ? latest : null, totals, day);
    }

    /// <summary>Today's contribution of each confidential commitment, by kind.</summary>
    private static async Task<ILookup<DisclosureKind, Contribution>> Contributions(UnitOfWork work, Partnership partnership)
    {
        var all = await PartnershipStore.LoadAll(work);
        var found = new List<(DisclosureKind Kind, Contribution Contribution)>();
        foreach (var ofInvestor in (await CommitmentStore.LoadConfidential(work)).GroupBy(commitment => commitment.Investor, StringComparer.Ordinal))
        {
            var investor = await InvestorStore.Load(work, ofInvestor.Key);
            if (SoleParty(investor, partnership) is not { } party)
                continue;
            var ownerSides = string.Join(',', SidesOf.Country(all, investor.Country));
            foreach (var commitment in ofInvestor.Where(commitment => commitment.CountingBasis == CountingBasis.Additive))
            {
                if (Contribution.Of(CommitmentReader.ToDomain(commitment), investor.Name, work.Today) is { } contribution)
                    found.Add((new DisclosureKind(ownerSides, party, commitment.Instrument, commitment.CurrencyCode), contribution));
            }
        }

        return found.ToLookup(entry => entry.Kind, entry => entry.Contribution);
    }

    /// <summary>
    /// The side, or OUTSIDE, that an investor belongs to as a whole; null if it is split. Split money would appear in the totals of several
    /// sides in known proportions, so that one total could be worked out from the others.
    /// </summary>
    private static string? SoleParty(Investor investor, Partnership partnership)
    {
        var parties = InvestorReader.ToOwners(investor)
            .Select(owner => partnership.Sides.FirstOrDefault(side => side.Countries.Contains(owner.Country))?.SideId ?? PartnershipReader.Outside)
            .Distinct()
            .ToList();
        return parties is [var party] ? party : null;
    }
}
