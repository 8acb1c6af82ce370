namespace Mining.Platform.Bus;

/// <summary>Why a delivery can never be used: the tag <c>reason</c> of <c>mining.bus.poison</c>.</summary>
public static class PoisonReason
{
    /// <summary>Its type is none that a log emits.</summary>
    public const string UnknownType = "unknown_type";

    /// <summary>Its bytes are not what its type says.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>It comes from a service that is not followed here, or on the topic of another one.</summary>
    public const string WrongSource = "wrong_source";

    /// <summary>A change without sequence, version or state.</summary>
    public const string Incomplete = "incomplete";
}
