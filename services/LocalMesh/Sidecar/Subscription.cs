using Dapr.AppCallback.Autogen.Grpc.v1;

namespace Mining.LocalMesh.Sidecar;

/// <summary>What an app wants of one topic.</summary>
/// <param name="Path">Sent with each delivery; empty: the app named none.</param>
/// <param name="DeadLetterTopic">Where events go that the app does not take; empty: nowhere.</param>
internal sealed record Subscription(string Topic, string Path, string DeadLetterTopic)
{
    /// <summary>Reads an app's answer. What the local sidecar cannot do is told to <paramref name="complain"/>, not passed over.</summary>
    public static Dictionary<string, Subscription> Read(IEnumerable<TopicSubscription> answer, string pubsubName, Action<string> complain)
    {
        var wanted = new Dictionary<string, Subscription>();
        foreach (var one in answer)
        {
            var rules = one.Routes?.Rules ?? [];
            if (one.PubsubName != pubsubName)
                complain($"{one.Topic} of pubsub {one.PubsubName}, which is not here");
            else if (one.Metadata.ContainsKey("rawPayload"))
                complain($"{one.Topic} with rawPayload, which the local sidecar does not do");
            else
                wanted[one.Topic] = new Subscription(
                    one.Topic,
                    rules.FirstOrDefault(rule => string.IsNullOrWhiteSpace(rule.Match))?.Path ?? one.Routes?.Default ?? "",
                    one.DeadLetterTopic);
            if (rules.Any(rule => !string.IsNullOrWhiteSpace(rule.Match)))
                complain($"{one.Topic} with conditions, which the local sidecar does not evaluate: all events go to its default route");
        }

        return wanted;
    }
}
