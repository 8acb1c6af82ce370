using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Cli.Verify;

/// <summary>The cell of one side.</summary>
internal sealed record NaiveSide(string SideId, long MinorUnits, int? SharePpm);

/// <summary>The shares over a set of commitments.</summary>
internal sealed record NaiveTable(
    IReadOnlyList<NaiveSide> Sides, decimal Total, int Projects, int Commitments, int Undisclosed, int Undated);

/// <summary>Shares recomputed from the records in decimals, without any code of the gateway: slow, and simple enough to review.</summary>
internal sealed class NaiveShares(World world, Partnership partnership, DateOnly asOf, DateOnly rateDate, string currency)
{
    public const string Outside = "OUTSIDE";

    private const int Million = 1_000_000;

    private static readonly Instrument[] Funded = [Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment];

    private readonly NaiveCommitment reading = new(asOf);

    /// <summary>The sides ordered by id, including <see cref="Outside"/>.</summary>
    public IReadOnlyList<string> SideIds { get; } =
        [.. partnership.Sides.Select(side => side.SideId).Append(Outside).Order(StringComparer.Ordinal)];

    /// <summary>The additive, funded commitments that count for a measure; optionally only those of joint projects.</summary>
    public IReadOnlyList<Commitment> Sharing(Measure measure, bool jointOnly)
    {
        var sharing = Counting(measure, Funded).Where(IsAdditive).ToList();
        if (!jointOnly)
            return sharing;
        var joint = sharing.GroupBy(commitment => commitment.Project).Where(project => IsJoint(project, measure))
            .Select(project => project.Key).ToHashSet();
        return [.. sharing.Where(commitment => joint.Contains(commitment.Project))];
    }

    /// <summary>The commitments with one of these instruments that count for a measure, additive or not.</summary>
    public IEnumerable<Commitment> Counting(Measure measure, params Instrument[] instruments) =>
        world.Commitments.Values.Where(commitment =>
        instruments.Contains(commitment.Instrument) && reading.Count(commitment, measure).Counts);

    /// <summary>The ordered names of the commitments that are pledged and not additive.</summary>
    public IReadOnlyList<string> NonAdditive() =>
    [
        .. world.Commitments.Values
            .Where(commitment => !IsAdditive(commitment) && reading.Count(commitment, Measure.Pledged).Counts)
            .Select(commitment => commitment.Name)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The shares over a set of commitments. Those that are not additive are counted, but are not in the amounts.</summary>
    public NaiveTable Table(Measure measure, IReadOnlyCollection<Commitment> set)
    {
        var cells = SideIds.Select(side => Cell(side, measure, set)).ToList();
        var total = cells.Sum(cell => (decimal)cell);
        var shares = total > 0 ? Split(Million, [.. cells.Select(cell => (decimal)cell)]) : null;
        return new NaiveTable(
            [.. SideIds.Select((side, index) => new NaiveSide(side, cells[index], (int?)shares?[index]))],
            total,
            set.Select(commitment => commitment.Project).Distinct().Count(),
            set.Count,
            set.Count(commitment => reading.Count(commitment, measure).MinorUnits is null),
            set.Count(commitment => commitment.AnnouncementDate is null));
    }

    /// <summary>A cell: summed in minor units per currency, each sum converted, the results added, and rounded half-even once.</summary>
    private long Cell(string side, Measure measure, IEnumerable<Commitment> set)
    {
        var sums = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var commitment in set.Where(IsAdditive))
            sums[commitment.CurrencyCode] = sums.GetValueOrDefault(commitment.CurrencyCode) + PartOf(side, commitment, measure);
        var converted = 0m;
        foreach (var (code, minorUnits) in sums.Where(sum => sum.Value != 0))
        {
            var amount = minorUnits / Currency.Get(code).MinorUnitsPerMajorUnit;
            converted += code == currency ? amount : amount * world.UnitsPerEuro(currency, rateDate) / world.UnitsPerEuro(code, rateDate);
        }

        var reporting = Currency.Get(currency);
        return (long)(decimal.Round(converted, reporting.MinorDigits, MidpointRounding.ToEven) * reporting.MinorUnitsPerMajorUnit);
    }

    private static bool IsAdditive(Commitment commitment) =>
        commitment.CountingBasis is CountingBasis.Unspecified or CountingBasis.Additive;

    private bool IsJoint(IEnumerable<Commitment> project, Measure measure)
    {
        var commitments = project.ToList();
        return partnership.Sides.Count(side => commitments.Sum(commitment => PartOf(side.SideId, commitment, measure)) > 0) >= 2;
    }

    /// <summary>A side's part of a commitment in minor units, by look-through.</summary>
    private decimal PartOf(string side, Commitment commitment, Measure measure)
    {
        var weights = SideIds.Select(id => OwnedPpm(id, commitment.Investor)).ToList();
        return Split(reading.Count(commitment, measure).MinorUnits ?? 0, weights)[SideIds.ToList().IndexOf(side)];
    }

    /// <summary>A side's part of an investor in ppm: the owners by their countries, the rest by the investor's own country.</summary>
    private decimal OwnedPpm(string side, string investorName)
    {
        if (!world.Investors.TryGetValue(investorName, out var investor))
            throw new DifferenceException(investorName, "commitments refer to it, but it is not in the feed of investors");
        var owned = investor.BeneficialOwners.Where(owner => SideOf(owner.Country) == side).Sum(owner => (decimal)owner.SharePpm);
        var rest = Million - investor.BeneficialOwners.Sum(owner => (decimal)owner.SharePpm);
        return owned + (SideOf(investor.Country) == side ? rest : 0);
    }

    private string SideOf(string country) => partnership.Sides.FirstOrDefault(side => side.Countries.Contains(country))?.SideId ?? Outside;

    /// <summary>Largest remainder method: each gets the floor, and the units left go to the largest remainders, lower index first.</summary>
    private static decimal[] Split(decimal whole, IReadOnlyList<decimal> weights)
    {
        var sum = weights.Sum();
        var exact = weights.Select(weight => whole * weight).ToList();
        var parts = exact.Select(product => decimal.Floor(product / sum)).ToArray();
        var byRemainder = Enumerable.Range(0, parts.Length).OrderByDescending(index => exact[index] - (parts[index] * sum))
            .ThenBy(index => index);
        foreach (var index in byRemainder.Take((int)(whole - parts.Sum())))
            parts[index]++;
        return parts;
    }
}
