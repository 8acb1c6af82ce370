// At stake: a subscription that the laptop cannot serve like Dapr must be reported, not silently served differently.
using Dapr.AppCallback.Autogen.Grpc.v1;
using Mining.LocalMesh.Sidecar;

namespace Mining.LocalMesh.Tests;

public sealed class SubscriptionTests
{
    private readonly List<string> complaints = [];

    [Fact]
    public void The_route_without_a_condition_is_the_path()
    {
        var read = Read(
            new TopicSubscription { PubsubName = "p", Topic = "none" },
            new TopicSubscription { PubsubName = "p", Topic = "default", Routes = new TopicRoutes { Default = "/d" }, DeadLetterTopic = "dead" },
            new TopicSubscription { PubsubName = "p", Topic = "rule", Routes = new TopicRoutes { Rules = { new TopicRule { Path = "/r" } }, Default = "/d" } });

        Assert.Equal([new("none", "", ""), new("default", "/d", "dead"), new("rule", "/r", "")], read);
        Assert.Empty(complaints);
    }

    [Fact]
    public void Unsupported_subscriptions_are_reported()
    {
        var read = Read(
            new TopicSubscription { PubsubName = "other", Topic = "a" },
            new TopicSubscription { PubsubName = "p", Topic = "b", Metadata = { ["rawPayload"] = "true" } },
            new TopicSubscription { PubsubName = "p", Topic = "c", Routes = new TopicRoutes { Rules = { new TopicRule { Match = "event.type == 'x'", Path = "/x" } }, Default = "/d" } });

        Assert.Equal([new("c", "/d", "")], read);
        Assert.Equal(3, complaints.Count);
    }

    private List<Subscription> Read(params TopicSubscription[] answer) => [.. Subscription.Read(answer, "p", complaints.Add).Values];
}
