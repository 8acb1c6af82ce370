using Mining.Primitives.Names;

namespace Mining.Platform.Errors;

/// <summary>Reads ids and resource names from requests. On invalid input, each method adds a violation and returns the input.</summary>
public static class ResourceNameReaders
{
    /// <summary>Reads an id chosen by a caller and returns the resource name. Adds a violation if the id is malformed.</summary>
    public static string ReadId(this ResourceNames names, string field, string id, Violations violations)
    {
        if (!ResourceNames.IsId(id))
            violations.Add(field, Describe(id, "an id"));
        return names.Name(id);
    }

    /// <summary>Reads a resource name. Adds a violation if it is not a name of this collection.</summary>
    public static string ReadName(this ResourceNames names, string field, string name, Violations violations, bool required = true)
    {
        if (name.Length == 0 ? required : !names.IsName(name))
            violations.Add(field, Describe(name, $"a name of the form {names.Collection}/{{id}}"));
        return name;
    }

    private static string Describe(string value, string form) => value.Length == 0
        ? $"must be given, as {form}."
        : $"'{(value.Length > 80 ? value[..80] + "…" : value)}' is not {form}: 1 to {ResourceNames.MaxIdLength} lower-case letters, digits and hyphens, beginning with a letter or digit.";
}
