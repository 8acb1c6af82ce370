using Google.Protobuf.Collections;
using Mining.Investors.Domain;
using Mining.Platform.Errors;
using Mining.Primitives.Catalogues;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Reads an investor from the wire.</summary>
public static class InvestorReader
{
    private const int MaxNameLength = 200;

    /// <summary>Validates the fields that a caller may set.</summary>
    public static void Check(Wire.Investor investor, string path, Violations violations)
    {
        violations.CheckText($"{path}.display_name", investor.DisplayName, MaxNameLength, required: true);
        violations.CheckCountry($"{path}.country", investor.Country);
        violations.CheckEnum($"{path}.kind", investor.Kind, required: true);
        CheckOwners(investor.BeneficialOwners, $"{path}.beneficial_owners", violations);
        violations.CheckSources($"{path}.sources", investor.Sources);
    }

    /// <summary>The owners of a stored investor, by look-through.</summary>
    public static IReadOnlyList<Owner> ToOwners(Wire.Investor investor) =>
        LookThrough.Owners(investor.Country, [.. investor.BeneficialOwners.Select(owner => new Owner(owner.Country, owner.SharePpm))]);

    /// <summary>Checks a list of countries, each listed once.</summary>
    public static void CheckCountries(this Violations violations, string field, IReadOnlyList<string> countries)
    {
        violations.CheckCount(field, countries.Count, Countries.All.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(countries.Count, Countries.All.Count); i++)
        {
            violations.CheckCountry($"{field}[{i}]", countries[i]);
            if (!seen.Add(countries[i]))
                violations.Add($"{field}[{i}]", $"{Quote.Of(countries[i])} is listed more than once.");
        }
    }

    /// <summary>Checks a share in parts per million.</summary>
    public static void CheckShare(this Violations violations, string field, int sharePpm, int least)
    {
        if (sharePpm < least || sharePpm > LookThrough.Whole)
            violations.Add(field, $"is {sharePpm}; it must be {least} to {LookThrough.Whole}.");
    }

    private static void CheckOwners(RepeatedField<Wire.BeneficialOwner> owners, string path, Violations violations)
    {
        violations.CheckCount(path, owners.Count, Countries.All.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(owners.Count, Countries.All.Count); i++)
        {
            violations.CheckCountry($"{path}[{i}].country", owners[i].Country);
            if (!seen.Add(owners[i].Country))
                violations.Add($"{path}[{i}].country", $"{Quote.Of(owners[i].Country)} is listed more than once.");
            violations.CheckShare($"{path}[{i}].share_ppm", owners[i].SharePpm, least: 1);
        }

        var sum = owners.Sum(owner => (long)owner.SharePpm);
        if (sum > LookThrough.Whole)
            violations.Add(path, $"has shares that add up to {sum} ppm; at most {LookThrough.Whole} are allowed.");
    }
}
