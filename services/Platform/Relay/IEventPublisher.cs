namespace Mining.Platform.Relay;

/// <summary>Hands events to the broker.</summary>
public interface IEventPublisher
{
    /// <summary>Publishes events in order; answers the ids of those that were refused alone, each with the reason.</summary>
    /// <exception cref="PublicationRefusedException">The call was looked at and refused as a whole.</exception>
    /// <exception cref="Exception">The broker cannot be reached; it may have taken the events or not.</exception>
    Task<IReadOnlyDictionary<string, string>> Publish(string topic, IReadOnlyList<ChangeEvent> events, CancellationToken cancellation);
}

/// <summary>
/// A publication was looked at and refused as a whole. That does not say whether one of its events is at fault, the broker, or the
/// configuration.
/// </summary>
public sealed class PublicationRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
