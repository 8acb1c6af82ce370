namespace Mining.Platform.Authentication;

/// <summary>Roles of a caller, who may have several. The access table defines which role may call which method.</summary>
[Flags]
public enum Roles
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>Maintains the records of their side.</summary>
    Officer = 1,

    /// <summary>Reads shares, health and records.</summary>
    Board = 2,

    /// <summary>Runs the mesh: exchange rates, parked changes.</summary>
    Operator = 4,

    /// <summary>Reads everything, including the change log.</summary>
    Auditor = 8,

    /// <summary>Another process of the mesh.</summary>
    Service = 16,
}
