namespace Mining.Platform.Bus;

/// <summary>Why a delivery can never be used: the tag <c>reason</c> of <c>mining.bus.poison</c>.</summary>
public static class PoisonReason
{
    /// <summary>The type is unknown.</summary>
    public const string UnknownType = "unknown_type";

    /// <summary>The bytes do not match the type.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>It comes from a service that is not followed here, or on another service's topic.</summary>
    public const string WrongSource = "wrong_source";

    /// <summary>A change without sequence, version or state.</summary>
    public const string Incomplete = "incomplete";
}
