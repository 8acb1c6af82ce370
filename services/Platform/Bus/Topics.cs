namespace Mining.Platform.Hosting;

/// <summary>How the bus is named on this installation.</summary>
public sealed record BusOptions
{
    /// <summary>The Dapr pub/sub component.</summary>
    public string PubsubName { get; init; } = "mesh-pubsub";
}

/// <summary>The topics of the mesh: one a service.</summary>
public static class Topics
{
    /// <summary>The topic of a service's changes.</summary>
    public static string Of(string service) => $"{service}.changes";

    /// <summary>Where a delivery goes that a subscriber cannot use.</summary>
    public static string DeadLettersOf(string service) => $"{service}.changes.dead-letters";
}
