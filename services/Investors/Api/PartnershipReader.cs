using Google.Protobuf.Collections;
using Mining.Investors.Domain;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Primitives.Catalogues;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Reads a partnership from the wire.</summary>
public static class PartnershipReader
{
    private const int MaxNameLength = 200;
    private const int MaxBasisLength = 1_000;
    private const int MinSides = 2;
    private const int MaxSides = 20;

    /// <summary>The reserved id that stands for every country that belongs to no side.</summary>
    public const string Outside = "OUTSIDE";

    /// <summary>Validates the fields that a caller may set.</summary>
    public static void Check(Wire.Partnership partnership, string path, Violations violations)
    {
        violations.CheckText($"{path}.display_name", partnership.DisplayName, MaxNameLength, required: true);
        CheckSides(partnership.Sides, $"{path}.sides", violations);
        violations.CheckCurrency($"{path}.reporting_currency", partnership.ReportingCurrency);
        if (partnership.OutsideOwnershipRule is { } rule)
            CheckRule(rule, $"{path}.outside_ownership_rule", violations);
        violations.ReadFullDate($"{path}.closed_through", partnership.ClosedThrough);
        if (partnership.MinContributors is not 0 and (< Disclosure.MinContributors or > Disclosure.MaxContributors))
        {
            violations.Add(
                $"{path}.min_contributors",
                $"is {partnership.MinContributors}; it must be {Disclosure.MinContributors} to {Disclosure.MaxContributors}.");
        }
    }

    /// <summary>Returns the partnership with its sides ordered by id.</summary>
    public static Wire.Partnership Ordered(Wire.Partnership partnership)
    {
        var result = partnership.Clone();
        result.Sides.Clear();
        result.Sides.AddRange(partnership.Sides.OrderBy(side => side.SideId, StringComparer.Ordinal));
        return result;
    }

    /// <summary>The outside-ownership rule of a stored partnership; null if there is none.</summary>
    public static OwnershipRule? ToRule(Wire.Partnership partnership) => partnership.OutsideOwnershipRule is { } rule
        ? new OwnershipRule(
            partnership.Name, [.. rule.CoveredCountries], rule.LimitPpm, rule.Effect == Wire.OutsideOwnershipRule.Types.Effect.Block, rule.Basis)
        : null;

    private static void CheckSides(RepeatedField<Wire.Side> sides, string path, Violations violations)
    {
        if (sides.Count is < MinSides or > MaxSides)
            violations.Add(path, $"has {sides.Count} entries; {MinSides} to {MaxSides} are allowed.");
        var sideOfCountry = new Dictionary<string, string>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(sides.Count, MaxSides); i++)
        {
            var (side, at) = (sides[i], $"{path}[{i}]");
            if (side.SideId == Outside)
                violations.Add($"{at}.side_id", $"{Outside} is reserved: it stands for every country that belongs to no side.");
            else if (!Parties.IsSideId(side.SideId))
                violations.Add($"{at}.side_id", $"is {Quote.Of(side.SideId)}; it must be 1 to 20 upper-case letters, digits and hyphens.");
            else if (!ids.Add(side.SideId))
                violations.Add($"{at}.side_id", $"{side.SideId} is listed more than once.");
            violations.CheckText($"{at}.display_name", side.DisplayName, MaxNameLength, required: true);
            if (side.Countries.Count == 0)
                violations.Add($"{at}.countries", "must name at least one country.");
            violations.CheckCount($"{at}.countries", side.Countries.Count, Countries.All.Count);
            for (var j = 0; j < Math.Min(side.Countries.Count, Countries.All.Count); j++)
            {
                var country = side.Countries[j];
                violations.CheckCountry($"{at}.countries[{j}]", country);
                if (!sideOfCountry.TryAdd(country, side.SideId))
                    violations.Add($"{at}.countries[{j}]", $"{Quote.Of(country)} already belongs to {Quote.Of(sideOfCountry[country])}.");
            }

            violations.CheckShare($"{at}.target_share_ppm", side.TargetSharePpm, least: 0);
        }

        var targets = sides.Sum(side => (long)side.TargetSharePpm);
        if (targets != LookThrough.Whole)
            violations.Add(path, $"has targets that add up to {targets} ppm; they must add up to {LookThrough.Whole}.");
    }

    private static void CheckRule(Wire.OutsideOwnershipRule rule, string path, Violations violations)
    {
        if (rule.CoveredCountries.Count == 0)
            violations.Add($"{path}.covered_countries", "must name at least one country.");
        violations.CheckCountries($"{path}.covered_countries", rule.CoveredCountries);
        violations.CheckShare($"{path}.limit_ppm", rule.LimitPpm, least: 0);
        violations.CheckEnum($"{path}.effect", rule.Effect, required: true);
        violations.CheckText($"{path}.basis", rule.Basis, MaxBasisLength);
    }
}
