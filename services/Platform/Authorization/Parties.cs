using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Primitives.Catalogues;

namespace Mining.Platform.Authorization;

/// <summary>The parties of a record: the sides whose officers may change it.</summary>
public static partial class Parties
{
    private const int MaxCount = 20;

    /// <summary>Checks the parties given by a caller.</summary>
    public static void CheckParties(this Violations violations, string field, IReadOnlyList<string> parties)
    {
        violations.CheckCount(field, parties.Count, MaxCount);
        violations.CheckDistinct(field, parties);
        for (var i = 0; i < Math.Min(parties.Count, MaxCount); i++)
        {
            if (!IsSideId(parties[i]))
                violations.Add($"{field}[{i}]", $"is {Quote.Of(parties[i])}; it must be 1 to 20 upper-case letters, digits and hyphens.");
        }
    }

    /// <summary>Whether a text is a well-formed side id.</summary>
    public static bool IsSideId(string text) => SideIdForm().IsMatch(text);

    /// <summary>
    /// Sets the parties of a new record: the given ones, which must include a side of the caller, or by default the caller's sides.
    /// </summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static void Begin(RepeatedField<string> parties, string resource, Caller caller)
    {
        if (parties.Count == 0)
            parties.AddRange(caller.Sides);
        caller.RequireSideOf(resource, parties);
        Order(parties);
    }

    /// <summary>
    /// Sets the parties of a changed record. If none are given, they stay. Only a caller who acts for a side may remove it.
    /// </summary>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public static void Change(RepeatedField<string> present, RepeatedField<string> next, string resource, Caller caller)
    {
        if (next.Count == 0)
            next.AddRange(present);
        caller.RequireAllSidesOf($"Removing a party of {resource}", present.Except(next));
        Order(next);
    }

    private static void Order(RepeatedField<string> parties)
    {
        var ordered = parties.Order(StringComparer.Ordinal).ToList();
        parties.Clear();
        parties.AddRange(ordered);
    }

    [GeneratedRegex(@"\A[A-Z0-9-]{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SideIdForm();
}
