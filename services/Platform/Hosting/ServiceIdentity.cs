namespace Mining.Platform.Hosting;

/// <summary>Which service this is: the <c>source</c> of its changes, and the name by which the mesh knows it.</summary>
public sealed record ServiceIdentity(string Name)
{
    /// <summary>The longest name of a replica.</summary>
    public const int MaxReplicaLength = 128;

    /// <summary>
    /// Which of the service's replicas this is: the same after a restart, so that it takes up at once what it left, and another one for
    /// each of those that share a database.
    /// </summary>
    public string Replica { get; init; } = "only";
}
