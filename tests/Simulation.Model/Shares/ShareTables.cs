using System.Numerics;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Simulation.Model.Rules;

namespace Mining.Simulation.Model.Shares;

/// <summary>The shares of all sides: money split by look-through, summed by currency, converted once, shared by largest remainder.</summary>
internal static class ShareTables
{
    public static IReadOnlyList<Cell> Of(MeshModel model, Partnership partnership, DateOnly asOf, string currency, DateOnly rateDate)
    {
        var conversion = new Conversion(model.AllOf<ExchangeRateTable>(), currency, rateDate);
        var commitments = model.AllOf<Commitment>().Where(DatedMeasures.EntersShares).ToList();
        var cells = new List<Cell>();
        foreach (var jointOnly in (bool[])[false, true])
        {
            foreach (var measure in DatedMeasures.All)
            {
                var parts = commitments
                    .Select(commitment => new Part(commitment, Split(commitment, DatedMeasures.Counted(commitment, measure, asOf), model, partnership)))
                    .ToList();
                cells.AddRange(Table(measure, jointOnly, jointOnly ? parts.Where(part => IsJoint(part.Commitment.Project, parts)) : parts));
            }
        }

        return cells;

        IEnumerable<Cell> Table(Measure measure, bool jointOnly, IEnumerable<Part> parts)
        {
            var counted = parts.ToList();
            var amounts = Sides(partnership).ToDictionary(side => side, side => conversion.Cell(SumsByCurrency(counted, side)));
            var shares = amounts.Values.Any(amount => amount > 0)
                ? LargestRemainder.Split(1_000_000, amounts.ToDictionary(entry => entry.Key, entry => new BigInteger(entry.Value)))
                : null;
            return Sides(partnership).Select(side => new Cell(measure, jointOnly, side, amounts[side], shares is null ? null : (int)shares[side]));
        }
    }

    /// <summary>What each side carries of one commitment, in minor units of its currency.</summary>
    private sealed record Part(Commitment Commitment, IReadOnlyDictionary<string, BigInteger> Sides);

    private static IEnumerable<string> Sides(Partnership partnership) =>
        partnership.Sides.Select(side => side.SideId).Append(PartnershipRules.Outside).Order(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, BigInteger> Split(Commitment commitment, BigInteger counted, MeshModel model, Partnership partnership)
    {
        var weights = Sides(partnership).ToDictionary(side => side, _ => BigInteger.Zero);
        foreach (var (country, ppm) in OutsideOwnership.Owners(model.Of<Investor>(commitment.Investor)!))
        {
            var side = partnership.Sides.SingleOrDefault(side => side.Countries.Contains(country))?.SideId ?? PartnershipRules.Outside;
            weights[side] += ppm;
        }

        return LargestRemainder.Split(counted, weights);
    }

    /// <summary>At least two sides carry something of it; `OUTSIDE` is no side.</summary>
    private static bool IsJoint(string project, IEnumerable<Part> parts) =>
        parts.Where(part => part.Commitment.Project == project)
            .SelectMany(part => part.Sides)
            .Where(entry => entry.Key != PartnershipRules.Outside && entry.Value > 0)
            .Select(entry => entry.Key)
            .Distinct()
            .Count() >= 2;

    private static Dictionary<string, BigInteger> SumsByCurrency(IEnumerable<Part> parts, string side)
    {
        var sums = new Dictionary<string, BigInteger>();
        foreach (var part in parts)
            sums[part.Commitment.CurrencyCode] = sums.GetValueOrDefault(part.Commitment.CurrencyCode) + part.Sides[side];
        return sums;
    }
}
