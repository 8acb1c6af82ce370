using Google.Protobuf.Collections;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Platform.Catalogues;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>Reads a filter: at most 1 000 values a condition, each of them something that could be. What is named need not exist.</summary>
internal static class SelectionReader
{
    private const int MostValues = 1_000;

    public static Selection Read(PortfolioFilter filter, PortfolioSnapshot snapshot, Violations violations)
    {
        var investors = Values(filter.Investors, "investors", NameProblem("investors"), violations);
        return new Selection
        {
            Projects = Values(filter.Projects, "projects", NameProblem("projects"), violations),
            Countries = Values(filter.Countries, "countries", code => Countries.TryGet(code, out _) ? null : Countries.Refusal(code), violations),
            Stages = Values(filter.Stages, "stages", stage => Enum.IsDefined(stage) ? null : $"{stage} is not a stage.", violations),
            Minerals = Values(filter.Minerals, "minerals", id => Minerals.TryGet(id, out _) ? null : Minerals.Refusal(id), violations),
            Kinds = Values(
                filter.Kinds, "kinds", kind => IsStated(kind) ? null : $"{kind} is not a kind of project.", violations),
            Instruments = Values(
                filter.Instruments, "instruments", instrument => IsStated(instrument) ? null : $"{instrument} is not an instrument.", violations),
            Investors = investors is null ? null : Array.ConvertAll(snapshot.Investors, investor => investor is not null && investors.Contains(investor.Name)),
        };
    }

    private static HashSet<T>? Values<T>(RepeatedField<T> values, string field, Func<T, string?> problemOf, Violations violations)
    {
        if (values.Count > MostValues)
            violations.Add($"query.filter.{field}", $"There are {values.Count} values; at most {MostValues} can be asked for.");
        foreach (var (place, value) in values.Take(MostValues).Index())
        {
            if (problemOf(value) is { } problem)
                violations.Add($"query.filter.{field}[{place}]", problem);
        }

        return values.Count == 0 ? null : [.. values];
    }

    private static Func<string, string?> NameProblem(string collection) =>
        name => ResourceName.IsWellFormed(name, collection) ? null : ResourceName.Refusal(name, collection);

    private static bool IsStated<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) && !value.Equals(default(T));
}
