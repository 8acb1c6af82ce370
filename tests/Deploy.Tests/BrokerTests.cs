// At stake: deliveries. A component that the sidecar refuses, or two contradictory ones, leave the mesh without pub/sub, and ignoreErrors
// hides it.
using System.Globalization;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class BrokerTests
{
    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Both_components_declare_a_topic_alike(string set)
    {
        var components = (await Chart.Of(set)).All<DaprComponent>();
        Assert.Equal(2, components.Count);
        // RabbitMQ refuses an exchange that exists with other flags, and the queue's auto-delete flag is the exchange's, too.
        foreach (var flag in (string[])["durable", "deletedWhenUnused", "exchangeKind"])
            Assert.Single(components.Select(component => Value(component, flag)).Distinct());
        Assert.All(components, component => Assert.NotEqual("true", Value(component, "deletedWhenUnused")));
    }

    [Fact]
    public async Task Queues_of_deleted_pods_stay_small()
    {
        var components = (await Chart.Of("rabbitmq")).All<DaprComponent>().ToDictionary(component => component.Metadata.Name);
        var (shared, alone) = (components["mesh-pubsub"], components["mesh-pubsub-each-replica"]);
        Assert.Equal(("100000", "134217728"), (Value(alone, "maxLen"), Value(alone, "maxLenBytes")));
        // The publisher's component decides how long an event lives in any queue.
        Assert.Equal("86400", Value(shared, "ttlInSeconds"));
    }

    [Theory]
    [InlineData("azure service bus")]
    [InlineData("azure workload identity")]
    public async Task Service_Bus_deletes_the_subscriptions_of_single_replicas_only(string set)
    {
        // It takes at least 300 seconds; a 0 keeps the component from starting.
        foreach (var component in (await Chart.Of(set)).All<DaprComponent>())
            Assert.Equal(component.Metadata.Name == "mesh-pubsub" ? null : "3600", Value(component, "autoDeleteOnIdleInSec"));
    }

    [Theory]
    [InlineData("standard", "20", "15s", "30s")]
    [InlineData("azure service bus", "20", "15s", "30s")]
    [InlineData("standard", "3", "500ms", "1m")]
    public async Task The_brokers_delivery_timeout_outlasts_all_retries(string set, string retries, string pause, string timeout)
    {
        var answer = await Chart.Template(
            [.. Chart.ArgumentsOf(set), "--set", $"dapr.delivery.maxRetries={retries},dapr.delivery.maxBackoff={pause},dapr.delivery.timeout={timeout}"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        var rendered = new Rendered(set, answer.Output);
        var policies = rendered.One<DaprResiliency>().Spec.Policies;
        var retry = policies.Retries["deliver"];
        var longest = (retry.MaxRetries + 1) * Duration(policies.Timeouts["deliver"]) + retry.MaxRetries * Duration(retry.MaxInterval!);
        Assert.All(rendered.All<DaprComponent>(), component =>
        {
            var limit = Value(component, "processingTimeout") is { } redis
                ? Duration(redis)
                : TimeSpan.FromSeconds(double.Parse(Value(component, "handlerTimeoutInSec")!, CultureInfo.InvariantCulture));
            Assert.True(limit > longest, $"{limit} is not more than {longest}");
        });
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Components_use_only_fields_that_Dapr_knows(string set) =>
        Assert.All((await Chart.Of(set)).All<DaprComponent>(), component => Assert.Null(Value(component, "ackOnError")));

    private static string? Value(DaprComponent component, string name) => component.Spec.Metadata.SingleOrDefault(entry => entry.Name == name)?.Value;

    private static TimeSpan Duration(string text)
    {
        var number = double.Parse(text.TrimEnd('m', 's'), CultureInfo.InvariantCulture);
        return text.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(number)
            : text.EndsWith('m') ? TimeSpan.FromMinutes(number) : TimeSpan.FromSeconds(number);
    }
}
