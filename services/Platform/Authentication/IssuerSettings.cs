using Microsoft.Extensions.Configuration;

namespace Mining.Platform.Authentication;

/// <summary>
/// An issuer of tokens and how its claims are read. Configuration under <c>Mesh:Identity:Issuers:{alias}</c>: <c>Issuer</c> (its address,
/// the <c>iss</c> of its tokens), <c>Audience</c> (default <c>mining</c>), <c>MetadataAddress</c> (default: discovery below the issuer),
/// <c>CertificateAuthorityFile</c> (the authority to trust when fetching its keys), <c>Sides</c> (the sides that it may speak for),
/// <c>SideClaim</c>, <c>OrganisationClaim</c>, <c>RolesClaim</c> (names of claims; defaults <c>side</c>, <c>organisation</c>,
/// <c>roles</c>), <c>Roles:{role}</c> (the claim's value for a role, default the role's name), <c>Services:{service}</c> (the token subject
/// of a service of the mesh).
/// </summary>
internal sealed record IssuerSettings
{
    private const string Section = "Mesh:Identity:Issuers";

    /// <summary>The roles of people, by their names in the configuration.</summary>
    public static readonly IReadOnlyDictionary<string, Roles> PersonRoles = new Dictionary<string, Roles>(StringComparer.OrdinalIgnoreCase)
    {
        ["officer"] = Roles.Officer,
        ["board"] = Roles.Board,
        ["operator"] = Roles.Operator,
        ["auditor"] = Roles.Auditor,
    };

    private static readonly string[] Services = ["projects", "investors", "refining", "gateway"];

    public required string Alias { get; init; }

    public required string Issuer { get; init; }

    public required string Audience { get; init; }

    public string? MetadataAddress { get; init; }

    public string? CertificateAuthorityFile { get; init; }

    public IReadOnlyList<string> Sides { get; init; } = [];

    public string SideClaim { get; init; } = "side";

    public string OrganisationClaim { get; init; } = "organisation";

    public string RolesClaim { get; init; } = "roles";

    /// <summary>Maps values of the roles claim to roles.</summary>
    public IReadOnlyDictionary<string, Roles> RoleOf { get; init; } = new Dictionary<string, Roles>();

    /// <summary>Maps token subjects to services.</summary>
    public IReadOnlyDictionary<string, string> ServiceOf { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the issuer uses no TLS, which is allowed only in Development.</summary>
    public bool IsForDevelopment => Issuer.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads all configured issuers.</summary>
    /// <param name="configuration">The process's configuration.</param>
    /// <param name="isDevelopment">Whether the environment is Development.</param>
    /// <param name="problems">Receives the problems found.</param>
    public static IReadOnlyList<IssuerSettings> Read(IConfiguration configuration, bool isDevelopment, List<string> problems)
    {
        var issuers = configuration.GetSection(Section).GetChildren().Select(section => Read(section, problems)).ToList();
        if (issuers.Count == 0)
            problems.Add("No token issuer is configured, so no one could call this service: set Mesh__Identity__Issuers__<alias>__Issuer and __Sides__0.");
        foreach (var issuer in issuers.Where(issuer => issuer.IsForDevelopment && !isDevelopment))
            problems.Add($"The issuer {issuer.Alias} ({issuer.Issuer}) does not use TLS; only the Development environment allows that.");
        foreach (var same in issuers.GroupBy(issuer => issuer.Issuer).Where(group => group.Count() > 1))
            problems.Add($"The issuers {string.Join(" and ", same.Select(issuer => issuer.Alias))} are the same issuer, {same.Key}.");
        return issuers;
    }

    private static IssuerSettings Read(IConfigurationSection section, List<string> problems)
    {
        var alias = section.Key;
        var issuer = section["Issuer"] ?? "";
        if (!IsAddress(issuer))
            problems.Add($"Mesh__Identity__Issuers__{alias}__Issuer must be an address such as https://login.example.org, but is '{issuer}'.");
        if (section["MetadataAddress"] is { Length: > 0 } metadata && !IsAddress(metadata))
            problems.Add($"Mesh__Identity__Issuers__{alias}__MetadataAddress must be an address, but is '{metadata}'.");
        if (section["CertificateAuthorityFile"] is { Length: > 0 } authority && !File.Exists(authority))
            problems.Add($"Mesh__Identity__Issuers__{alias}__CertificateAuthorityFile: the file {authority} does not exist.");
        foreach (var role in section.GetSection("Roles").GetChildren().Where(role => !PersonRoles.ContainsKey(role.Key)))
            problems.Add($"Mesh__Identity__Issuers__{alias}__Roles__{role.Key} is not a role; the roles are {string.Join(", ", PersonRoles.Keys)}.");
        foreach (var service in section.GetSection("Services").GetChildren().Where(service => !Services.Contains(service.Key)))
            problems.Add($"Mesh__Identity__Issuers__{alias}__Services__{service.Key} is not a service; the services are {string.Join(", ", Services)}.");
        return new IssuerSettings
        {
            Alias = alias,
            Issuer = issuer,
            Audience = Or(section["Audience"], "mining"),
            MetadataAddress = section["MetadataAddress"],
            CertificateAuthorityFile = section["CertificateAuthorityFile"],
            Sides = [.. section.GetSection("Sides").GetChildren().Select(side => side.Value).OfType<string>().Where(side => side.Length > 0)],
            SideClaim = Or(section["SideClaim"], "side"),
            OrganisationClaim = Or(section["OrganisationClaim"], "organisation"),
            RolesClaim = Or(section["RolesClaim"], "roles"),
            RoleOf = PersonRoles.ToDictionary(role => Or(section[$"Roles:{role.Key}"], role.Key), role => role.Value, StringComparer.Ordinal),
            ServiceOf = section.GetSection("Services").GetChildren()
                .Where(service => service.Value is { Length: > 0 })
                .ToDictionary(service => service.Value!, service => service.Key, StringComparer.Ordinal),
        };
    }

    private static string Or(string? value, string otherwise) => string.IsNullOrEmpty(value) ? otherwise : value;

    private static bool IsAddress(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
