using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mining.Primitives.Catalogues;

namespace Mining.Cli.Shell;

/// <summary>Options for values as people write them: dates, names of enum values, minerals.</summary>
internal static class Options
{
    /// <summary>A full date, <c>2026-03-31</c>.</summary>
    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "yyyy-mm-dd",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return date;
            result.AddError($"{name}: {Quote.Of(text)} is not a full date such as 2026-03-31.");
            return null;
        },
    };

    /// <summary>An enum value by its friendly name.</summary>
    public static Option<T> Choice<T>(string name, string description, string byDefault)
        where T : struct, Enum => new(name)
        {
            Description = $"{description}: {EnumNames.Choices<T>()}. Default: {byDefault}",
            HelpName = "name",
            CustomParser = result => ReadChoices<T>(result, name, acceptUnknown: false).FirstOrDefault(),
        };

    /// <summary>Enum values by their friendly names; the option may be repeated.</summary>
    public static Option<T[]> Choices<T>(string name, string description, bool acceptUnknown = false)
        where T : struct, Enum => new(name)
        {
            Description = $"{description}: {EnumNames.Choices<T>()}{(acceptUnknown ? ", unknown" : "")}. Repeatable",
            HelpName = "name",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => ReadChoices<T>(result, name, acceptUnknown),
        };

    /// <summary>A text option that may be repeated.</summary>
    public static Option<string[]> Texts(string name, string description, string helpName) => new(name)
    {
        Description = $"{description}. Repeatable",
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>A country code in any letter case. The server validates it.</summary>
    public static string Country(string text) => text.Trim().ToUpperInvariant();

    /// <summary>The id of a mineral, given by id, name or alias. Unknown text is sent unchanged; the server suggests corrections.</summary>
    public static string Mineral(string text) => Minerals.TryFind(text, out var mineral) ? mineral.Id : text;

    private static T[] ReadChoices<T>(ArgumentResult result, string name, bool acceptUnknown)
        where T : struct, Enum
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            if (EnumNames.TryParse<T>(token.Value, acceptUnknown, out var value, out var problem))
                values.Add(value);
            else
                result.AddError($"{name}: {problem}");
        }

        return [.. values];
    }
}
