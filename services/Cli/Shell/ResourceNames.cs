namespace Mining.Cli.Shell;

/// <summary>Accepts ids such as <c>caremag</c> as well as the API's resource names such as <c>projects/caremag</c>.</summary>
internal static class ResourceNames
{
    public const string Projects = "projects";
    public const string Investors = "investors";
    public const string Facilities = "facilities";
    public const string Commitments = "commitments";
    public const string Partnerships = "partnerships";
    public const string Proposals = "proposals";

    /// <summary>The resource name of an id in a collection. A resource name is returned unchanged.</summary>
    public static string Full(string collection, string idOrName) =>
        idOrName.Contains('/', StringComparison.Ordinal) ? idOrName : $"{collection}/{idOrName}";

    /// <summary>The id at the end of a resource name.</summary>
    public static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];
}
