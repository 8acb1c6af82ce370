using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Primitives.Numbers;
using Mining.Refining.Domain;
using Wire = Mining.Refining.V1;

namespace Mining.Refining.Api;

/// <summary>Reads a facility from the wire. Errors go to the violations; the parts with business rules go to the domain.</summary>
public static class FacilityReader
{
    public const int FirstYear = 1800;
    public const int LastYear = 2200;
    public const int MaxProductLength = 300;

    private const int MaxNameLength = 200;
    private const int MaxCapacities = 200;

    /// <summary>Validates the fields that a caller may set.</summary>
    public static void Check(Wire.Facility facility, string path, Violations violations)
    {
        violations.CheckText($"{path}.display_name", facility.DisplayName, MaxNameLength, required: true);
        violations.CheckText($"{path}.operator", facility.Operator, MaxNameLength);
        violations.CheckCountry($"{path}.country", facility.Country);
        violations.CheckEnum($"{path}.status", facility.Status);
        violations.ReadDate($"{path}.in_service_date", facility.InServiceDate);
        CheckCapacities(facility, $"{path}.capacities", violations);
        violations.CheckSources($"{path}.sources", facility.Sources);
        violations.CheckParties($"{path}.parties", facility.Parties);
    }

    /// <summary>Checks that a year is in the allowed range.</summary>
    public static void CheckYear(this Violations violations, string field, int year)
    {
        if (year is < FirstYear or > LastYear)
            violations.Add(field, $"is {year}; it must be {FirstYear} to {LastYear}.");
    }

    /// <summary>Returns the facility with its capacities ordered.</summary>
    public static Wire.Facility Ordered(this Wire.Facility facility)
    {
        var result = facility.Clone();
        result.Capacities.Clear();
        result.Capacities.AddRange(facility.Capacities
            .OrderBy(entry => entry.Mineral, StringComparer.Ordinal)
            .ThenBy(entry => entry.Product, StringComparer.Ordinal)
            .ThenBy(entry => entry.FromYear));
        return result;
    }

    /// <summary>Converts the part of a facility that has business rules: its capacity and reservations.</summary>
    public static CapacityPlan ToDomain(Wire.Facility facility, IReadOnlyList<Claim> held) =>
        new(facility.Name, ToEntries(facility), held);

    /// <summary>The capacities of a validated facility.</summary>
    public static IReadOnlyList<CapacityEntry> ToEntries(Wire.Facility facility) =>
    [
        .. facility.Capacities.Select(entry => new CapacityEntry(
            new ProductLine(entry.Mineral, entry.Product),
            entry.TonnesPerYear is { } tonnes && Tonnage.TryRead(tonnes, out var value, out _) ? value : null,
            entry.FromYear)),
    ];

    private static void CheckCapacities(Wire.Facility facility, string path, Violations violations)
    {
        violations.CheckCount(path, facility.Capacities.Count, MaxCapacities);
        var seen = new HashSet<(string, string, int)>();
        for (var i = 0; i < Math.Min(facility.Capacities.Count, MaxCapacities); i++)
        {
            var (entry, at) = (facility.Capacities[i], $"{path}[{i}]");
            violations.CheckMineral($"{at}.mineral", entry.Mineral);
            violations.CheckText($"{at}.product", entry.Product, MaxProductLength);
            // Products are identified by their text, and not every database distinguishes trailing spaces.
            if (entry.Product != entry.Product.Trim())
                violations.Add($"{at}.product", "must neither begin nor end with white space.");
            violations.ReadTonnage($"{at}.tonnes_per_year", entry.TonnesPerYear);
            violations.CheckText($"{at}.basis", entry.Basis, MaxProductLength);
            if (entry.FromYear != 0)
                violations.CheckYear($"{at}.from_year", entry.FromYear);
            if (!seen.Add((entry.Mineral, entry.Product, entry.FromYear)))
                violations.Add(at, "repeats the mineral, product and from_year of an earlier entry.");
        }
    }
}
