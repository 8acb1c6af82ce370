using System.Globalization;
using Mining.Platform.Errors;
using Mining.Primitives.Catalogues;
using Mining.Primitives.Names;
using Wire = Mining.Investors.V1;
using Effect = Mining.Investors.V1.OutsideOwnershipRule.Types.Effect;

namespace Mining.Investors.Api;

/// <summary>
/// Reads the partnership from the configuration section <c>Partnership</c>. An unknown key is a violation, so that a typo does not silently
/// drop a rule.
/// </summary>
public static class PartnershipSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Partnership";

    /// <summary>
    /// Finds the section in the last configuration source that has one. Merging sources key by key would mix their sides and countries into
    /// a partnership that nobody wrote.
    /// </summary>
    public static IConfigurationSection Find(IConfiguration configuration)
    {
        var source = ((IConfigurationRoot)configuration).Providers.LastOrDefault(provider => provider.GetChildKeys([], Section).Any());
        return (source is null ? configuration : new ConfigurationRoot([source])).GetSection(Section);
    }

    /// <summary>Reads and checks the partnership.</summary>
    public static Wire.Partnership Read(IConfigurationSection section, Violations violations)
    {
        CheckKeys(section, violations, "Name", "DisplayName", "ReportingCurrency", "Sides", "OutsideOwnershipRule", "MinContributors");
        var partnership = new Wire.Partnership
        {
            Name = section["Name"] ?? "",
            DisplayName = section["DisplayName"] ?? "",
            ReportingCurrency = section["ReportingCurrency"] ?? "",
        };
        ResourceNames.Partnerships.ReadName($"{Section}.name", partnership.Name, violations);
        foreach (var side in section.GetSection("Sides").GetChildren())
        {
            CheckKeys(side, violations, "SideId", "DisplayName", "Countries", "TargetSharePpm", "FourEyes");
            partnership.Sides.Add(new Wire.Side
            {
                SideId = side["SideId"] ?? "",
                DisplayName = side["DisplayName"] ?? "",
                Countries = { Texts(side.GetSection("Countries")) },
                TargetSharePpm = Number(side.GetSection("TargetSharePpm"), violations),
                FourEyes = Flag(side.GetSection("FourEyes"), violations),
            });
        }

        var rule = section.GetSection("OutsideOwnershipRule");
        if (rule.Exists())
        {
            CheckKeys(rule, violations, "CoveredCountries", "LimitPpm", "Effect", "Basis");
            partnership.OutsideOwnershipRule = new Wire.OutsideOwnershipRule
            {
                CoveredCountries = { Texts(rule.GetSection("CoveredCountries")) },
                LimitPpm = Number(rule.GetSection("LimitPpm"), violations),
                Effect = rule["Effect"] switch { "MARK" => Effect.Mark, "BLOCK" => Effect.Block, _ => Effect.Unspecified },
                Basis = rule["Basis"] ?? "",
            };
        }

        if (section["MinContributors"] is not null)
            partnership.MinContributors = Number(section.GetSection("MinContributors"), violations);

        PartnershipReader.Check(partnership, Section, violations);
        return PartnershipReader.Ordered(partnership);
    }

    private static IEnumerable<string> Texts(IConfigurationSection list) => list.GetChildren().Select(entry => entry.Value ?? "");

    private static int Number(IConfigurationSection setting, Violations violations)
    {
        if (!int.TryParse(setting.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            violations.Add(setting.Path.Replace(':', '.'), $"is {Quote.Of(setting.Value)}; it must be a whole number.");
        return number;
    }

    private static bool Flag(IConfigurationSection setting, Violations violations)
    {
        var flag = false;
        if (setting.Value is { Length: > 0 } given && !bool.TryParse(given, out flag))
            violations.Add(setting.Path.Replace(':', '.'), $"is {Quote.Of(given)}; it must be true or false.");
        return flag;
    }

    private static void CheckKeys(IConfigurationSection section, Violations violations, params string[] known)
    {
        foreach (var key in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            violations.Add(key.Path.Replace(':', '.'), $"is not a setting; allowed are: {string.Join(", ", known)}.");
    }
}
