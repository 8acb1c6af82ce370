namespace Mining.Platform.Relay;

/// <summary>Publishes events to the broker.</summary>
public interface IEventPublisher
{
    /// <summary>Publishes events in order. Returns the ids of individually rejected events with the reasons.</summary>
    /// <exception cref="PublicationRefusedException">The call was rejected as a whole.</exception>
    /// <exception cref="Exception">The broker is unreachable. It may or may not have accepted the events.</exception>
    Task<IReadOnlyDictionary<string, string>> Publish(string topic, IReadOnlyList<ChangeEvent> events, CancellationToken cancellation);
}

/// <summary>A publication was rejected as a whole. The cause may be one of its events, the broker or the configuration.</summary>
public sealed class PublicationRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
