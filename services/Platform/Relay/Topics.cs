namespace Mining.Platform.Relay;

/// <summary>Names of the bus in this installation.</summary>
public sealed record BusOptions
{
    /// <summary>The Dapr pub/sub component.</summary>
    public string PubsubName { get; init; } = "mesh-pubsub";
}

/// <summary>The topics of the mesh, one per service.</summary>
public static class Topics
{
    /// <summary>The topic of a service's changes.</summary>
    public static string Of(string service) => $"{service}.changes";

    /// <summary>The topic for deliveries that a subscriber cannot use.</summary>
    public static string DeadLettersOf(string service) => $"{service}.changes.dead-letters";
}
