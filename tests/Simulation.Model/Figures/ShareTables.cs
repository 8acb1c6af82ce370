using System.Numerics;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Reading;
using Mining.Simulation.Model.Rules;

namespace Mining.Simulation.Model.Figures;

/// <summary>
/// The shares of all sides: money split by look-through, summed by currency, converted once, apportioned by largest remainder.
/// </summary>
internal sealed class ShareTables(
    Partnership partnership, IReadOnlyDictionary<string, Investor> investors, Conversion conversion, DateOnly asOf)
{
    private readonly Dictionary<(string, Measure), (CountedAmount Amount, IReadOnlyDictionary<string, BigInteger> Parts)> counted = [];

    /// <summary>The sides and <c>OUTSIDE</c>, ordered by id.</summary>
    public IReadOnlyList<string> Parties { get; } =
        [.. partnership.Sides.Select(side => side.SideId).Append(PartnershipRules.Outside).Order(StringComparer.Ordinal)];

    public string PartyOf(string country) =>
        partnership.Sides.SingleOrDefault(side => side.Countries.Contains(country))?.SideId ?? PartnershipRules.Outside;

    public CountedAmount At(Commitment commitment, Measure measure) => Read(commitment, measure).Amount;

    /// <summary>The part of each party in a commitment, in minor units of its currency; nothing for an undisclosed one.</summary>
    public IReadOnlyDictionary<string, BigInteger> PartsOf(Commitment commitment, Measure measure) => Read(commitment, measure).Parts;

    public ShareTable Table(Measure measure, IEnumerable<Commitment> set, IEnumerable<ConfidentialTotal> published)
    {
        var figures = Support(measure, set, published);
        var commitments = set.Where(commitment => At(commitment, measure).Counts).ToList();
        return new ShareTable
        {
            Measure = measure,
            Sides = { figures.Sides },
            Total = figures.Total,
            NothingToShare = figures.Total.MinorUnits().IsZero,
            ProjectCount = commitments.Select(commitment => commitment.Project).Distinct().Count(),
            CommitmentCount = figures.CommitmentCount,
            UndisclosedCount = figures.UndisclosedCount,
            UndatedCount = commitments.Count(commitment => commitment.AnnouncementDate is null),
        };
    }

    /// <summary>The figures of the counting commitments of a set; non-additive ones are counted, but not added.</summary>
    /// <param name="published">Totals of commitments that are not visible to the caller.</param>
    public ContingentSupport Support(Measure measure, IEnumerable<Commitment> set, IEnumerable<ConfidentialTotal> published)
    {
        var commitments = set.Where(commitment => At(commitment, measure).Counts).ToList();
        var cells = Parties.ToDictionary(party => party, party => conversion.Cell(Sums(
            [
                .. commitments.Where(DatedMeasures.IsAdditive).Select(commitment => (commitment.CurrencyCode, PartsOf(commitment, measure)[party])),
                .. published.Where(total => PartyOfSide(total.SideId) == party)
                    .Select(total => (total.Pledged.CurrencyCode, Of(total, measure).Money.MinorUnits())),
            ])));
        var whole = cells.Values.Aggregate(BigInteger.Zero, (sum, cell) => sum + cell);
        var shares = whole.IsZero ? null : LargestRemainder.Split(1_000_000, cells);
        var support = new ContingentSupport
        {
            Measure = measure,
            Total = whole.ToMoney(conversion.ReportingCurrency),
            CommitmentCount = commitments.Count + published.Sum(total => CountOf(total, measure)),
            UndisclosedCount = commitments.Count(commitment => At(commitment, measure).MinorUnits is null),
        };
        foreach (var party in Parties)
        {
            var side = new SideFigure { SideId = party, Amount = cells[party].ToMoney(conversion.ReportingCurrency) };
            if (shares is not null)
                side.SharePpm = (int)shares[party];
            if (partnership.Sides.FirstOrDefault(known => known.SideId == party) is { } target)
            {
                side.TargetSharePpm = target.TargetSharePpm;
                if (shares is not null)
                    side.DistanceToTargetPpm = side.SharePpm - target.TargetSharePpm;
            }

            support.Sides.Add(side);
        }

        return support;
    }

    /// <summary>At least two sides have money in it; <c>OUTSIDE</c> is no side.</summary>
    public bool IsJoint(Measure measure, IEnumerable<Commitment> project) =>
        project.Where(DatedMeasures.EntersShares)
            .SelectMany(commitment => PartsOf(commitment, measure))
            .Where(part => part.Key != PartnershipRules.Outside && part.Value > 0)
            .Select(part => part.Key)
            .Distinct()
            .Count() >= 2;

    public static Dictionary<string, BigInteger> Sums(IEnumerable<(string Currency, BigInteger MinorUnits)> amounts) =>
        amounts.GroupBy(amount => amount.Currency)
            .ToDictionary(same => same.Key, same => same.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount.MinorUnits));

    public static int CountOf(ConfidentialTotal total, Measure measure) => Of(total, measure).Count;

    /// <summary>A party that is no longer a side is outside.</summary>
    private string PartyOfSide(string sideId) => Parties.Contains(sideId) ? sideId : PartnershipRules.Outside;

    private static (Google.Type.Money Money, int Count) Of(ConfidentialTotal total, Measure measure) => measure switch
    {
        Measure.Pledged => (total.Pledged, total.PledgedCount),
        Measure.Committed => (total.Committed, total.CommittedCount),
        _ => (total.Disbursed, total.DisbursedCount),
    };

    private (CountedAmount Amount, IReadOnlyDictionary<string, BigInteger> Parts) Read(Commitment commitment, Measure measure)
    {
        if (counted.TryGetValue((commitment.Name, measure), out var known))
            return known;
        var amount = DatedMeasures.At(commitment, measure, asOf);
        var weights = Parties.ToDictionary(party => party, _ => BigInteger.Zero);
        foreach (var (country, ppm) in OutsideOwnership.Owners(investors[commitment.Investor]))
            weights[PartyOf(country)] += ppm;
        var parts = LargestRemainder.Split(amount.Counts ? amount.MinorUnits ?? 0 : 0, weights);
        return counted[(commitment.Name, measure)] = (amount, parts);
    }
}
