namespace Mining.Platform.Identity;

/// <summary>What a caller may do; it may have several roles. <see cref="AccessTable"/> says which role may call what.</summary>
[Flags]
public enum Roles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Keeps the records of its side.</summary>
    Officer = 1,

    /// <summary>Reads shares, health and records.</summary>
    Board = 2,

    /// <summary>Runs the mesh: exchange rates, parked changes.</summary>
    Operator = 4,

    /// <summary>Reads everything, the change log included.</summary>
    Auditor = 8,

    /// <summary>Another process of the mesh.</summary>
    Service = 16,
}
