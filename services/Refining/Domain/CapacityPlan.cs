using Mining.Platform.Errors;
using Mining.Platform.Numbers;

namespace Mining.Refining.Domain;

/// <summary>One product of one mineral.</summary>
public readonly record struct ProductLine(string Mineral, string Product)
{
    /// <summary>For people: <c>lithium (lithium hydroxide)</c>.</summary>
    public override string ToString() => Product.Length > 0 ? $"{Mineral} ({Product})" : Mineral;
}

/// <summary>What can be refined of a product from a year on, until its next entry; no tonnes: not known; year 0: from the beginning.</summary>
public sealed record CapacityEntry(ProductLine Line, Tonnage? TonnesPerYear, int FromYear);

/// <summary>Tonnes a year of a product that are reserved from the first year to the last.</summary>
public sealed record Claim(ProductLine Line, Tonnage TonnesPerYear, int FromYear, int ToYear);

/// <summary>What a product has in one year; no capacity: not known.</summary>
public sealed record YearOfCapacity(ProductLine Line, int Year, Tonnage? Capacity, Tonnage Reserved)
{
    /// <summary>What is left; none when the capacity is not known.</summary>
    public Tonnage? Free => Capacity - Reserved;
}

/// <summary>
/// A facility's capacity by year, and what is reserved of it. The rule: in no year is more reserved than the capacity, and of a
/// capacity that is not known nothing. Pure: every method answers the new state or a refusal.
/// </summary>
public sealed record CapacityPlan(string Facility, IReadOnlyList<CapacityEntry> Entries, IReadOnlyList<Claim> Held)
{
    /// <summary>How many years a claim spans at most.</summary>
    public const int MaxYears = 60;

    /// <summary>The products of a mineral, in their order.</summary>
    public IReadOnlyList<string> ProductsOf(string mineral) =>
        [.. Entries.Where(entry => entry.Line.Mineral == mineral).Select(entry => entry.Line.Product).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The capacity in force in a year; null: not known. Before its first entry a product is not refined: zero.</summary>
    public Tonnage? CapacityOf(ProductLine line, int year) =>
        Entries.Where(entry => entry.Line == line && entry.FromYear <= year).MaxBy(entry => entry.FromYear) is { } inForce
            ? inForce.TonnesPerYear
            : new Tonnage(0);

    /// <summary>Takes a claim in, if each of its years has room for it.</summary>
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

    /// <summary>Gives a claim back: its tonnes are free in all its years.</summary>
    public CapacityPlan Release(Claim claim)
    {
        var left = Held.ToList();
        return left.Remove(claim) ? this with { Held = left } : throw new ArgumentException($"{claim} is not held.", nameof(claim));
    }

    /// <summary>Takes other capacities, if they cover what is reserved; one that is not known covers nothing.</summary>
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

    /// <summary>Names every lacking year; years in a row that lack the same are named together, for a status has to fit into trailers.</summary>
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

        const int inDomainTerms = 3;
        var words = string.Join(" ", violations.Take(inDomainTerms).Select(violation => violation.Description));
        var more = violations.Count > inDomainTerms ? $" And {violations.Count - inDomainTerms} more." : "";
        return Refusal.Precondition(reason, Facility, $"{sentence} {words}{more}") with { Preconditions = violations };
    }
}
