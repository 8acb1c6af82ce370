namespace Mining.Platform.Identity;

/// <summary>
/// Whose confidential records a caller sees. Auditors see everybody's; officers and board members those of the sides for which they
/// act; who only runs the mesh sees none.
/// </summary>
public sealed class VisibilityScope
{
    /// <summary>That of auditors, and of the mesh's own services, which work with all records.</summary>
    public static readonly VisibilityScope OfEverything = new(seesEverything: true, []);

    private VisibilityScope(bool seesEverything, IReadOnlyList<string> sides)
    {
        SeesEverything = seesEverything;
        Sides = sides;
        Key = seesEverything ? "*" : string.Join(',', sides);
    }

    /// <summary>Whether nothing is hidden.</summary>
    public bool SeesEverything { get; }

    /// <summary>The sides whose confidential records are seen, ordered. Of no meaning where everything is.</summary>
    public IReadOnlyList<string> Sides { get; }

    /// <summary>The same for the same sight, another for every other.</summary>
    public string Key { get; }

    /// <summary>The sight of a caller.</summary>
    public static VisibilityScope Of(Caller caller)
    {
        if ((caller.Roles & (Roles.Auditor | Roles.Service)) != 0)
            return OfEverything;
        return new VisibilityScope(
            seesEverything: false,
            (caller.Roles & (Roles.Officer | Roles.Board)) == 0 ? [] : [.. caller.Sides.Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>Whether confidential records of these sides are seen.</summary>
    public bool Sees(IEnumerable<string> ownerSides) => SeesEverything || ownerSides.Any(Sides.Contains);
}
