namespace Mining.Primitives.Settings;

/// <summary>The name of this service in the mesh, and the <c>source</c> of its changes.</summary>
public sealed record ServiceIdentity(string Name)
{
    /// <summary>Maximum length of a replica's name.</summary>
    public const int MaxReplicaLength = 128;

    /// <summary>
    /// The name of this replica. Stable across restarts, so that the replica can resume its lease immediately, and unique among the
    /// replicas that share a database.
    /// </summary>
    public string Replica { get; init; } = "only";
}
