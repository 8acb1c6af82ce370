// At stake: chart and code must describe the same mesh. App ids, component names, topics, scopes, settings and timeouts are read from the
// code here and never typed again, so that a rename in the code fails these tests.
using Mining.Deploy.Tests.Support;
using Mining.LocalMesh.Run;
using Mining.Platform.Hosting;
using Mining.Platform.Relay;
using Mining.Testing;

namespace Mining.Deploy.Tests;

public sealed class CodeTests
{
    /// <summary>Read by a library or by the runtime, not by code of ours.</summary>
    private static readonly string[] OfLibraries = ["DAPR_API_TOKEN", "OTEL_", "DOTNET_", "TMPDIR", "HTTPS_PROXY"];

    [Fact]
    public void Services_and_subscriptions_are_read_from_the_code()
    {
        // Should this reading of the code ever find nothing, the tests below would hold for nothing.
        Assert.Equal(["projects", "investors", "refining", "gateway"], CodeModel.Services);
        Assert.Equal(["projects", "investors", "refining"], CodeModel.Services.Where(CodeModel.Publishes));
        Assert.Empty(CodeModel.Follows("projects"));
        Assert.Equal(["projects"], CodeModel.Follows("investors"));
        Assert.Equal(3, CodeModel.Follows("gateway").Count);
        Assert.Equal(["investors"], CodeModel.Calls("projects"));
        Assert.Equal(["projects"], CodeModel.Calls("investors"));
        Assert.True(CodeModel.Reads("Mesh__Listen"));
        Assert.False(CodeModel.Reads("Mesh__Lisen"));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task The_app_ids_are_the_services_of_the_code(string set)
    {
        var rendered = await Chart.Of(set);
        var apps = rendered.Pods.Where(pod => pod.Annotations.ContainsKey("dapr.io/app-id")).ToList();
        Assert.Equal(CodeModel.Services.Order(StringComparer.Ordinal), apps.Select(pod => pod.Annotations["dapr.io/app-id"]).Order(StringComparer.Ordinal));
        Assert.All(apps, pod => Assert.Equal(pod.Component, pod.Annotations["dapr.io/app-id"]));
        Assert.Equal(CodeModel.Services.Order(StringComparer.Ordinal), rendered.One<DaprResiliency>().Scopes);
        // Nothing else gets a sidecar: a job with one would never end.
        Assert.All(rendered.Pods.Except(apps), pod => Assert.Equal("false", pod.Annotations["dapr.io/enabled"]));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Each_service_can_use_exactly_its_configured_component(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var service in CodeModel.Services)
        {
            var told = Setting(rendered, service, "Mesh__PubsubName");
            var component = Assert.Single(rendered.All<DaprComponent>(), component => component.Scopes.Contains(service));
            Assert.Equal(component.Metadata.Name, told);
            Assert.Contains(component.Metadata.Name, rendered.One<DaprResiliency>().Spec.Targets.Components.Keys);
            // The gateway's replicas must each get every event; the others share them.
            Assert.Equal(service == "gateway" ? "{podName}" : null, Value(component, "consumerID"));
        }

        Assert.Equal(new BusOptions().PubsubName, Setting(rendered, "projects", "Mesh__PubsubName"));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Topics_and_scopes_match_the_code(string set)
    {
        var rendered = await Chart.Of(set);
        var publishers = CodeModel.Services.Where(CodeModel.Publishes).ToList();
        var topics = publishers.Select(Topics.Of).Concat(publishers.Select(Topics.DeadLettersOf)).Order(StringComparer.Ordinal).ToList();
        foreach (var component in rendered.All<DaprComponent>())
        {
            // A protected topic is nobody's but those whom a scope names.
            Assert.Equal(topics, Value(component, "allowedTopics")!.Split(',').Order(StringComparer.Ordinal));
            Assert.Equal(topics, Value(component, "protectedTopics")!.Split(',').Order(StringComparer.Ordinal));
            var (publishing, subscription) = (Scopes(component, "publishingScopes"), Scopes(component, "subscriptionScopes"));
            Assert.Equal(CodeModel.Services.ToHashSet(), publishing.Keys.ToHashSet());
            foreach (var service in CodeModel.Services)
            {
                var follows = CodeModel.Follows(service);
                Assert.Equal(follows.Select(Topics.Of).ToHashSet(), subscription[service]);
                Assert.Equal(
                    (CodeModel.Publishes(service) ? (string[])[Topics.Of(service)] : []).Concat(follows.Select(Topics.DeadLettersOf)).ToHashSet(),
                    publishing[service]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_setting_is_read_by_the_code(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var service in CodeModel.Services)
        {
            var names = rendered.ServicePod(service).Spec.Containers[0].Env.Select(variable => variable.Name).ToList();
            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.All(
                names.Where(name => !OfLibraries.Any(known => name.StartsWith(known, StringComparison.Ordinal))),
                name => Assert.True(CodeModel.Reads(name), $"{service} is told {name}, and no code reads it."));
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task A_service_gets_the_same_settings_as_on_a_laptop(string set)
    {
        var rendered = await Chart.Of(set);
        // Dapr itself says where the sidecar is; the environment is that of production; and the rest only makes a laptop quicker.
        // The issuers are in the settings file.
        string[] notHere = ["DOTNET_", "DAPR_GRPC_ENDPOINT", "DAPR_HTTP_ENDPOINT", "Mesh__Services__", "Mesh__Identity__Issuers__"];
        foreach (var plan in new MeshLayout(18_000, "/").Plans("token", TestIssuer.Shared).Where(plan => CodeModel.Services.Contains(plan.Name)))
        {
            var follows = CodeModel.Follows(plan.Name);
            var expected = plan.Environment.Keys.Where(name => !notHere.Any(other => name.StartsWith(other, StringComparison.Ordinal)))
                .Where(name => name != "APP_API_TOKEN" || follows.Count > 0)
                .Concat(CodeModel.Calls(plan.Name).Select(other => $"Mesh__Services__{other}"));
            Assert.Superset(
                expected.ToHashSet(),
                rendered.ServicePod(plan.Name).Spec.Containers[0].Env.Select(variable => variable.Name).ToHashSet());
            // Deliveries come in from the sidecar of the same pod and from nowhere else.
            var annotations = rendered.ServicePod(plan.Name).Annotations;
            Assert.Equal(follows.Count > 0, annotations.ContainsKey("dapr.io/app-port"));
            if (follows.Count > 0)
                Assert.Equal($"http://127.0.0.1:{annotations["dapr.io/app-port"]}", Setting(rendered, plan.Name, "Mesh__DeliveryListen"));
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Probes_use_the_health_checks_of_the_code(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var container in CodeModel.Services.Select(service => rendered.ServicePod(service).Spec.Containers[0]))
        {
            Assert.Equal(HealthEndpoint.Liveness, container.StartupProbe.Grpc.Service);
            Assert.Equal(HealthEndpoint.Liveness, container.LivenessProbe.Grpc.Service);
            Assert.Null(container.ReadinessProbe.Grpc.Service);
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task A_pod_has_enough_time_to_shut_down(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var pod in CodeModel.Services.Select(rendered.ServicePod))
        {
            var drain = pod.Spec.Containers[0].Lifecycle?.PreStop.Sleep.Seconds ?? 0;
            var service = drain + MeshService.ShutdownTimeout.TotalSeconds;
            var sidecarServes = Seconds(pod.Annotations["dapr.io/block-shutdown-duration"]);
            var sidecarStops = Seconds(pod.Annotations["dapr.io/graceful-shutdown-seconds"]);
            // The relay still publishes while the service ends, so the sidecar must outlive it, and the pod both.
            Assert.True(sidecarServes > service, $"{pod}: the sidecar stops after {sidecarServes} s, the service after {service} s");
            Assert.True(pod.Spec.TerminationGracePeriodSeconds >= sidecarServes + sidecarStops, pod.Owner);
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task The_sidecars_publish_timeout_is_shorter_than_the_relays(string set)
    {
        var policies = (await Chart.Of(set)).One<DaprResiliency>().Spec;
        Assert.All(policies.Targets.Components.Values, target =>
        {
            var (timeout, retry) = (policies.Policies.Timeouts[target.Outbound.Timeout], policies.Policies.Retries[target.Outbound.Retry]);
            Assert.True(Seconds(timeout) < ChangeRelay.AnswerTimeout.TotalSeconds, timeout);
            Assert.Equal(0, retry.MaxRetries);
            Assert.Contains(target.Inbound.Timeout, policies.Policies.Timeouts.Keys);
            Assert.True(policies.Policies.Retries[target.Inbound.Retry].MaxRetries > 0);
        });
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Service_invocation_is_denied_and_sidecars_use_mutual_TLS(string set)
    {
        var configuration = (await Chart.Of(set)).One<DaprConfiguration>().Spec;
        Assert.Equal("deny", configuration.AccessControl!.DefaultAction);
        Assert.Contains("mtls: { enabled: true,", Repository.Read("k8s", "dapr", "values.yaml"), StringComparison.Ordinal);
        Assert.All(configuration.Api!.Allowed, rule => Assert.Equal("publish", rule.Name));
        Assert.Equal(["grpc", "http"], configuration.Api.Allowed.Select(rule => rule.Protocol).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Sidecars_and_services_export_telemetry_to_the_same_collector(string set)
    {
        var rendered = await Chart.Of(set);
        var told = rendered.ServicePod("gateway").Spec.Containers[0].Env.SingleOrDefault(variable => variable.Name == "OTEL_EXPORTER_OTLP_ENDPOINT")?.Value;
        var endpoint = told is null ? null : new Uri(told);
        Assert.Equal(endpoint is null ? null : $"{endpoint.Host}:{endpoint.Port}", rendered.One<DaprConfiguration>().Spec.Tracing!.Otel?.EndpointAddress);
    }

    [Fact]
    public async Task Every_kind_of_broker_has_a_component()
    {
        var types = new HashSet<string>();
        foreach (var set in Chart.SetNames)
            types.UnionWith((await Chart.Of(set)).All<DaprComponent>().Select(component => component.Spec.Type));
        Assert.Equal(["pubsub.azure.servicebus.topics", "pubsub.kafka", "pubsub.rabbitmq", "pubsub.redis"], types.Order(StringComparer.Ordinal));
    }

    private static string Setting(Rendered rendered, string service, string name) =>
        Assert.Single(rendered.ServicePod(service).Spec.Containers[0].Env, variable => variable.Name == name).Value;

    private static string? Value(DaprComponent component, string name) => component.Spec.Metadata.SingleOrDefault(entry => entry.Name == name)?.Value;

    private static Dictionary<string, HashSet<string>> Scopes(DaprComponent component, string name) => Value(component, name)!.Split(';')
        .Select(scope => scope.Split('='))
        .ToDictionary(scope => scope[0], scope => scope[1].Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet());

    private static double Seconds(string duration) => double.Parse(duration.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);
}
