namespace Mining.LocalMesh.Identity;

/// <summary>Somebody as whom a developer can call the local mesh.</summary>
/// <param name="Name">The subject of its tokens.</param>
/// <param name="DisplayText">Who that is, for people.</param>
/// <param name="Sides">The sides for which it acts.</param>
/// <param name="Roles">What it may do, by the names of the mesh.</param>
public sealed record Persona(string Name, string DisplayText, IReadOnlyList<string> Sides, IReadOnlyList<string> Roles)
{
    /// <summary>The sides of the shipped partnership: the local issuer may speak for all of them.</summary>
    public static readonly IReadOnlyList<string> AllSides = ["EU", "US"];

    /// <summary>Everybody that the issuer knows. The first one is who calls when nobody is named.</summary>
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
