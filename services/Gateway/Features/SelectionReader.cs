using Google.Protobuf.Collections;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Mining.Primitives.Names;

namespace Mining.Gateway.Features;

/// <summary>Validates a filter: at most 1 000 well-formed values per condition. The named resources need not exist.</summary>
internal static class SelectionReader
{
    private const int MaxValues = 1_000;
    private const string Field = "query.filter";

    public static Selection Read(PortfolioFilter filter, PortfolioSnapshot snapshot, Violations violations)
    {
        var investors = Values(filter.Investors, "investors", violations, (field, name) => ResourceNames.Investors.ReadName(field, name, violations));
        var instruments = Values(
            filter.Instruments, "instruments", violations, (field, instrument) => violations.CheckEnum(field, instrument, required: true));
        return new Selection
        {
            Projects = Values(filter.Projects, "projects", violations, (field, name) => ResourceNames.Projects.ReadName(field, name, violations)),
            Countries = Values(filter.Countries, "countries", violations, violations.CheckCountry),
            Stages = Values(filter.Stages, "stages", violations, (field, stage) => violations.CheckEnum(field, stage)),
            Minerals = Values(filter.Minerals, "minerals", violations, violations.CheckMineral),
            Kinds = Values(filter.Kinds, "kinds", violations, (field, kind) => violations.CheckEnum(field, kind, required: true)),
            Instruments = instruments is null ? InstrumentSet.All : InstrumentSet.Of(instruments),
            Investors = investors is null ? null : Array.ConvertAll(snapshot.Investors, investor => investor is not null && investors.Contains(investor.Name)),
        };
    }

    private static HashSet<T>? Values<T>(RepeatedField<T> values, string condition, Violations violations, Action<string, T> check)
    {
        if (values.Count == 0)
            return null;
        violations.CheckCount($"{Field}.{condition}", values.Count, MaxValues);
        foreach (var (place, value) in values.Take(MaxValues).Index())
            check($"{Field}.{condition}[{place}]", value);
        return [.. values];
    }
}
