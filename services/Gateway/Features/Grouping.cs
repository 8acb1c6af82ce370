using System.Globalization;
using Google.Protobuf.Reflection;
using Mining.Gateway.Facts;
using Mining.Gateway.Health;
using Mining.Gateway.Summaries;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Catalogues;
using Mining.Projects.V1;

namespace Mining.Gateway.Features;

/// <summary>The groupings of co-investments: the groups of a query, their display names, and whether they overlap.</summary>
internal sealed record Grouping(Groups Groups, Func<string, string> DisplayNameOf, bool Overlap = false)
{
    private const string Unknown = "unknown";
    private const string Undated = "undated";

    public static Grouping By(CoInvestmentGrouping grouping, Query query, int measure) => grouping switch
    {
        CoInvestmentGrouping.Mineral => new(
            new GroupsOfProjects(query, measure, project => project.Minerals.DefaultIfEmpty(Unknown)),
            key => Minerals.TryGet(key, out var mineral) ? mineral.DisplayName : DisplayText.Capitalised(key), Overlap: true),
        CoInvestmentGrouping.Kind => new(
            new GroupsOfProjects(query, measure, project => project.Kinds.Select(KeyOf).DefaultIfEmpty(Unknown)),
            key => NameOf(key, Enum.GetValues<ProjectKind>(), KeyOf, DisplayText.Of), Overlap: true),
        CoInvestmentGrouping.Country => new(
            new GroupsOfProjects(query, measure, project => [project.Country == "" ? Unknown : project.Country]),
            key => Countries.TryGet(key, out var country) ? country.Name : DisplayText.Capitalised(key)),
        CoInvestmentGrouping.Stage => new(
            new GroupsOfProjects(query, measure, project => [KeyOf(project.StageAt(query.Day))]),
            key => NameOf(key, Enum.GetValues<Stage>(), KeyOf, DisplayText.Of)),
        CoInvestmentGrouping.Instrument => new(
            new GroupsOfInstruments(query, measure, KeyOf),
            key => NameOf(key, Enum.GetValues<Instrument>(), KeyOf, DisplayText.Of)),
        CoInvestmentGrouping.Investor => new(
            new GroupsOfCommitments(query, measure, commitment => commitment.Investor, investor => query.View.Investors[investor]!.Name),
            DisplayNamesOf(query.View.Investors).GetValueOrDefault!),
        CoInvestmentGrouping.Year => new(
            new GroupsOfCommitments(query, measure, commitment => commitment.AnnouncementYear, KeyOfYear),
            key => key == Undated ? "Undated" : key),
        _ => new(
            new GroupsOfProjects(query, measure, project => [project.Name]),
            key => query.Snapshot.Find(key)!.Facts!.DisplayName),
    };

    private static Dictionary<string, string> DisplayNamesOf(InvestorFacts?[] investors) =>
        investors.OfType<InvestorFacts>().ToDictionary(investor => investor.Name, investor => investor.DisplayName, StringComparer.Ordinal);

    private static string KeyOfYear(int year) => year == 0 ? Undated : year.ToString("0000", CultureInfo.InvariantCulture);

    private static string KeyOf(Stage stage) => KeyOf(ProjectReflection.Descriptor, (int)stage, nameof(Stage));

    private static string KeyOf(ProjectKind kind) => KeyOf(ProjectReflection.Descriptor, (int)kind, nameof(ProjectKind));

    private static string KeyOf(Instrument instrument) => KeyOf(InvestorReflection.Descriptor, (int)instrument, nameof(Instrument));

    /// <summary>The value's name in the proto; unspecified becomes unknown.</summary>
    private static string KeyOf(FileDescriptor file, int value, string type) =>
        value == 0 ? Unknown : file.FindTypeByName<EnumDescriptor>(type).FindValueByNumber(value)?.Name ?? Unknown;

    private static string NameOf<T>(string key, T[] values, Func<T, string> keyOf, Func<T, string> textOf) =>
        DisplayText.Capitalised(textOf(Array.Find(values, value => keyOf(value) == key)!));
}
