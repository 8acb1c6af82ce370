namespace Mining.LocalMesh.Sidecar;

/// <summary>What the sidecar is told at its start.</summary>
internal sealed record SidecarOptions
{
    /// <summary>Port of the Dapr gRPC API on loopback, HTTP/2 cleartext. 0: any free port.</summary>
    public required int GrpcPort { get; init; }

    /// <summary>Port of the health endpoints on loopback, HTTP/1.1. 0: any free port.</summary>
    public required int HttpPort { get; init; }

    /// <summary>The one pub/sub component, as services name it.</summary>
    public required string PubsubName { get; init; }

    /// <summary>Who may subscribe: app id and the address of its callback port.</summary>
    public required IReadOnlyList<AppAddress> Apps { get; init; }

    /// <summary>Sent as <c>dapr-api-token</c> with every delivery, and with nothing else; empty: not sent.</summary>
    public string AppApiToken { get; init; } = "";

    /// <summary>Demanded as <c>dapr-api-token</c> of every caller; empty: not demanded.</summary>
    public string DaprApiToken { get; init; } = "";

    public FaultPlan Faults { get; init; } = FaultPlan.None;

    public Limits Limits { get; init; } = new();
}

/// <summary>An app that deliveries go to.</summary>
internal sealed record AppAddress(string Name, Uri Address);

/// <summary>Every bound of the sidecar, in one place.</summary>
internal sealed record Limits
{
    /// <summary>Messages that wait for one app on one topic; beyond it the oldest is dropped.</summary>
    public int QueueLength { get; init; } = 100_000;

    /// <summary>The largest event the broker takes, as brokers have such a limit (Kafka: 1 MB). A call has gRPC's 4 MB, as in Dapr.</summary>
    public int MessageBytes { get; init; } = 1024 * 1024;

    /// <summary>How often an app may answer a delivery with RETRY, an error or silence: about six seconds in all.</summary>
    public int Attempts { get; init; } = 10;

    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an app may take to answer one delivery.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an app is asked whether it is healthy.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a connection may break under one delivery before that counts as a failure: a message may be what kills the app.</summary>
    public int Cuts { get; init; } = 10;

    /// <summary>How long a channel may take to connect before it is made anew.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an app may take to tell its subscriptions.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before an app that is unhealthy, or did not tell its subscriptions, is asked again.</summary>
    public TimeSpan AskAgain { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause between two attempts to connect to an app.</summary>
    public TimeSpan MaxReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What a stop may take.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(1.5);
}
