using Mining.Platform.Authentication;

namespace Mining.Platform.Visibility;

/// <summary>
/// Which confidential records a caller can see. Auditors see all; officers and board members see those of their own sides; operators see
/// none.
/// </summary>
public sealed class VisibilityScope
{
    /// <summary>The scope of auditors and of the mesh's own services, which process all records.</summary>
    public static readonly VisibilityScope OfEverything = new(seesEverything: true, []);

    private VisibilityScope(bool seesEverything, IReadOnlyList<string> sides)
    {
        SeesEverything = seesEverything;
        Sides = sides;
        Key = seesEverything ? "*" : string.Join(',', sides);
    }

    /// <summary>Whether nothing is hidden.</summary>
    public bool SeesEverything { get; }

    /// <summary>The sides whose confidential records are visible, ordered. Not used if everything is visible.</summary>
    public IReadOnlyList<string> Sides { get; }

    /// <summary>A key that is equal for equal scopes only.</summary>
    public string Key { get; }

    /// <summary>The scope of a caller.</summary>
    public static VisibilityScope Of(Caller caller)
    {
        if ((caller.Roles & (Roles.Auditor | Roles.Service)) != 0)
            return OfEverything;
        return new VisibilityScope(
            seesEverything: false,
            (caller.Roles & (Roles.Officer | Roles.Board)) == 0 ? [] : [.. caller.Sides.Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>Whether confidential records of these sides are visible.</summary>
    public bool Sees(IEnumerable<string> ownerSides) => SeesEverything || ownerSides.Any(Sides.Contains);
}
