using Mining.Platform.Errors;
using Mining.Primitives.Numbers;

namespace Mining.Refining.Domain;

/// <summary>One product of one mineral.</summary>
public readonly record struct ProductLine(string Mineral, string Product)
{
    /// <summary>Display text: <c>lithium (lithium hydroxide)</c>.</summary>
    public override string ToString() => Product.Length > 0 ? $"{Mineral} ({Product})" : Mineral;
}

/// <summary>
/// The capacity for a product from a year until its next entry. Null tonnes mean unknown; year 0 means from the beginning.
/// </summary>
public sealed record CapacityEntry(ProductLine Line, Tonnage? TonnesPerYear, int FromYear);

/// <summary>Tonnes per year of a product that are reserved from the first year to the last.</summary>
public sealed record Claim(ProductLine Line, Tonnage TonnesPerYear, int FromYear, int ToYear);

/// <summary>Capacity and reservations of a product in one year. Null capacity means unknown.</summary>
public sealed record YearOfCapacity(ProductLine Line, int Year, Tonnage? Capacity, Tonnage Reserved)
{
    /// <summary>The free capacity; null if the capacity is unknown.</summary>
    public Tonnage? Free => Capacity - Reserved;
}

/// <summary>
/// A facility's capacity by year, and its reservations. The rule: reservations never exceed the capacity of a year, and nothing is reserved
/// of an unknown capacity. Pure: every method returns the new state or a refusal.
/// </summary>
public sealed record CapacityPlan(string Facility, IReadOnlyList<CapacityEntry> Entries, IReadOnlyList<Claim> Held)
{
    /// <summary>Maximum number of years of a claim.</summary>
    public const int MaxYears = 60;

    /// <summary>The products of a mineral, ordered.</summary>
    public IReadOnlyList<string> ProductsOf(string mineral) =>
        [.. Entries.Where(entry => entry.Line.Mineral == mineral).Select(entry => entry.Line.Product).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// The capacity in force in a year; null if unknown. Zero before the first entry, because the product is not refined yet.
    /// </summary>
    public Tonnage? CapacityOf(ProductLine line, int year) =>
        Entries.Where(entry => entry.Line == line && entry.FromYear <= year).MaxBy(entry => entry.FromYear) is { } inForce
            ? inForce.TonnesPerYear
            : new Tonnage(0);

    /// <summary>Adds a claim if each of its years has enough free capacity.</summary>
    public Decision<CapacityPlan> Reserve(Claim claim)
    {
        var reserved = ReservedByYear();
        var lacking = Enumerable.Range(claim.FromYear, claim.ToYear - claim.FromYear + 1)
            .Select(year => Look(claim.Line, year, reserved))
            .Where(year => year.Free is not { } free || free < claim.TonnesPerYear)
            .ToList();
        if (lacking.Count == 0)
            return this with { Held = [.. Held, claim] };
        return Refuse(
            lacking.Any(year => year.Capacity is not null) ? "CAPACITY_EXCEEDED" : "CAPACITY_UNKNOWN",
            $"{Facility} does not have {claim.TonnesPerYear} a year of {claim.Line} free.",
            lacking,
            year => year.Capacity is null ? "CAPACITY_UNKNOWN" : "CAPACITY_EXCEEDED",
            year => year.Capacity is null
                ? $"capacity unknown, requested {claim.TonnesPerYear}."
                : $"capacity {year.Capacity}, reserved {year.Reserved}, free {year.Free}, requested {claim.TonnesPerYear}.");
    }

    /// <summary>Releases a claim in all of its years.</summary>
    public CapacityPlan Release(Claim claim)
    {
        var left = Held.ToList();
        return left.Remove(claim) ? this with { Held = left } : throw new ArgumentException($"{claim} is not held.", nameof(claim));
    }

    /// <summary>Replaces the capacities if they cover the reservations. An unknown capacity covers nothing.</summary>
    public Decision<CapacityPlan> ChangeTo(IReadOnlyList<CapacityEntry> entries)
    {
        var next = this with { Entries = entries };
        var reserved = ReservedByYear();
        var lacking = reserved.Keys
            .Select(key => next.Look(key.Line, key.Year, reserved))
            .Where(year => year.Free is not { } free || free < new Tonnage(0))
            .OrderBy(year => year.Line.Mineral, StringComparer.Ordinal).ThenBy(year => year.Line.Product, StringComparer.Ordinal).ThenBy(year => year.Year)
            .ToList();
        if (lacking.Count == 0)
            return next;
        return Refuse(
            "CAPACITY_RESERVED",
            $"More of {Facility} is reserved than the new capacity.",
            lacking,
            _ => "CAPACITY_RESERVED",
            year => $"{year.Line}, new capacity {(year.Capacity is { } capacity ? $"{capacity}" : "unknown")}, reserved {year.Reserved}.");
    }

    /// <summary>Each product in each year, ordered by mineral, product and year.</summary>
    public IEnumerable<YearOfCapacity> Years(int firstYear, int lastYear)
    {
        var reserved = ReservedByYear();
        return
            from line in Entries.Select(entry => entry.Line).Distinct()
                .OrderBy(line => line.Mineral, StringComparer.Ordinal).ThenBy(line => line.Product, StringComparer.Ordinal)
            from year in Enumerable.Range(firstYear, lastYear - firstYear + 1)
            select Look(line, year, reserved);
    }

    private YearOfCapacity Look(ProductLine line, int year, Dictionary<(ProductLine Line, int Year), Tonnage> reserved) =>
        new(line, year, CapacityOf(line, year), reserved.GetValueOrDefault((line, year)));

    private Dictionary<(ProductLine Line, int Year), Tonnage> ReservedByYear()
    {
        var sums = new Dictionary<(ProductLine, int), Tonnage>();
        foreach (var claim in Held)
        {
            for (var year = claim.FromYear; year <= claim.ToYear; year++)
                sums[(claim.Line, year)] = sums.GetValueOrDefault((claim.Line, year)) + claim.TonnesPerYear;
        }

        return sums;
    }

    /// <summary>
    /// Names every year with too little capacity. Consecutive years with the same figures are combined, because a status must fit into HTTP
    /// trailers.
    /// </summary>
    private Refusal Refuse(
        string reason, string sentence, List<YearOfCapacity> lacking, Func<YearOfCapacity, string> type, Func<YearOfCapacity, string> describe)
    {
        var violations = new List<Google.Rpc.PreconditionFailure.Types.Violation>();
        for (var (first, next) = (0, 1); first < lacking.Count; (first, next) = (next, next + 1))
        {
            while (next < lacking.Count && lacking[next] == lacking[next - 1] with { Year = lacking[next - 1].Year + 1 })
                next++;
            var years = next - first == 1 ? $"{lacking[first].Year}" : $"{lacking[first].Year} to {lacking[next - 1].Year}";
            violations.Add(new() { Type = type(lacking[first]), Subject = Facility, Description = $"{years}: {describe(lacking[first])}" });
        }

        const int maxListed = 3;
        var words = string.Join(" ", violations.Take(maxListed).Select(violation => violation.Description));
        var more = violations.Count > maxListed ? $" And {violations.Count - maxListed} more." : "";
        return Refusal.Precondition(reason, Facility, $"{sentence} {words}{more}") with { Preconditions = violations };
    }
}
