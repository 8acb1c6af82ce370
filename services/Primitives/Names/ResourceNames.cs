using System.Text.RegularExpressions;

namespace Mining.Primitives.Names;

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

    /// <summary>Whether a text is a well-formed id.</summary>
    public static bool IsId(string id) => IdForm().IsMatch(id);

    /// <summary>Whether a text is a resource name of this collection.</summary>
    public bool IsName(string name) =>
        name.StartsWith(Collection + "/", StringComparison.Ordinal) && IsId(Id(name));

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
