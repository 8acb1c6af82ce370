using System.Text.RegularExpressions;
using Mining.Platform.Errors;

namespace Mining.Platform.Names;

/// <summary>A collection of resources, for example <c>projects</c>. Parses and formats resource names.</summary>
/// <param name="Collection">The first part of the resource names.</param>
/// <param name="ResourceType">The resource type in errors, for example <c>mining/Project</c>.</param>
public sealed partial record ResourceNames(string Collection, string ResourceType)
{
    public const int MaxIdLength = 63;

    public static readonly ResourceNames Projects = new("projects", "mining/Project");
    public static readonly ResourceNames Partnerships = new("partnerships", "mining/Partnership");
    public static readonly ResourceNames Investors = new("investors", "mining/Investor");
    public static readonly ResourceNames Commitments = new("commitments", "mining/Commitment");
    public static readonly ResourceNames ConfidentialTotals = new("confidentialTotals", "mining/ConfidentialTotals");
    public static readonly ResourceNames ExchangeRateTables = new("exchangeRateTables", "mining/ExchangeRateTable");
    public static readonly ResourceNames Facilities = new("facilities", "mining/Facility");
    public static readonly ResourceNames Reservations = new("reservations", "mining/Reservation");
    public static readonly ResourceNames Proposals = new("proposals", "mining/Proposal");

    /// <summary>The resource name for an id.</summary>
    public string Name(string id) => $"{Collection}/{id}";

    /// <summary>The id in a resource name of this collection.</summary>
    public string Id(string name) => name[(Collection.Length + 1)..];

    /// <summary>Reads an id chosen by a caller and returns the resource name. Adds a violation if the id is malformed.</summary>
    public string ReadId(string field, string id, Violations violations)
    {
        if (!IdForm().IsMatch(id))
            violations.Add(field, Describe(id, "an id"));
        return Name(id);
    }

    /// <summary>Reads a resource name. Adds a violation if it is not a name of this collection.</summary>
    public string ReadName(string field, string name, Violations violations, bool required = true)
    {
        if (name.Length == 0 ? required : !IsName(name))
            violations.Add(field, Describe(name, $"a name of the form {Collection}/{{id}}"));
        return name;
    }

    /// <summary>Whether a text is a resource name of this collection.</summary>
    public bool IsName(string name) =>
        name.StartsWith(Collection + "/", StringComparison.Ordinal) && IdForm().IsMatch(Id(name));

    private static string Describe(string value, string form) => value.Length == 0
        ? $"must be given, as {form}."
        : $"'{(value.Length > 80 ? value[..80] + "…" : value)}' is not {form}: 1 to {MaxIdLength} lower-case letters, digits and hyphens, beginning with a letter or digit.";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
