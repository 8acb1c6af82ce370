namespace Mining.LocalMesh.Identity;

/// <summary>An identity with which a developer can call the local mesh.</summary>
/// <param name="Name">The subject of its tokens.</param>
/// <param name="DisplayText">A description for people.</param>
/// <param name="Sides">The sides that it acts for.</param>
/// <param name="Roles">Its roles in the mesh.</param>
public sealed record Persona(string Name, string DisplayText, IReadOnlyList<string> Sides, IReadOnlyList<string> Roles)
{
    /// <summary>The sides of the shipped partnership. The local issuer may issue tokens for all of them.</summary>
    public static readonly IReadOnlyList<string> AllSides = ["EU", "US"];

    /// <summary>All personas. The first one is the default.</summary>
    public static readonly IReadOnlyList<Persona> All =
    [
        new("developer", "the local developer, who acts for both sides in every role", AllSides, ["officer", "board", "operator", "auditor"]),
        new("eu-officer", "an officer of the European side", ["EU"], ["officer"]),
        new("us-officer", "an officer of the American side", ["US"], ["officer"]),
        new("board", "a board member", [], ["board"]),
        new("operator", "an operator of the mesh", [], ["operator"]),
        new("auditor", "an auditor", [], ["auditor"]),
    ];
}
