// At stake: a compromised pod must reach no more than the design allows. The policies are evaluated like in a cluster, for every pair of
// pods and every port, and compared with the connections in the code: none missing, none extra.
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class NetworkTests
{
    private const int Api = 8080;
    private const int Metrics = 9090;
    private const int Database = 1433;
    private const int Kafka = 9093;
    private const int Otlp = 4317;
    private const int Https = 443;
    private static readonly int[] Ports = [53, 80, Https, Database, 3500, Otlp, 6379, 6443, Api, 8081, 8082, Metrics, 9092, Kafka, 50001, 50002];

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Traffic_between_the_meshs_pods_matches_the_code(string set)
    {
        var rendered = await Chart.Of(set);
        if (rendered.All<V1NetworkPolicy>().Count == 0)
            return;
        var network = new Network(rendered);
        var pods = Pods(rendered);
        var allowed =
            from one in pods
            from other in pods
            where one.Name != other.Name
            from port in (int[])[Api, 8081, 8082, Metrics, 3500, 50001, 50002]
            where network.Allows(one, other, port)
            select (one.Name, other.Name, port);
        Assert.Equal(
            Arrows(pods).Order().Distinct(),
            allowed.Order().Distinct());
    }

    [Fact]
    public async Task With_every_peer_configured_no_other_traffic_is_allowed()
    {
        var rendered = await Chart.Of("closed networks");
        var network = new Network(rendered);
        var pods = Pods(rendered);
        string[] outside = ["clients", "database", "broker", "telemetry", "identity", "monitoring", "dapr-system", "kube-system", "strangers"];
        var others = outside.Select(name => new Party(name, new Dictionary<string, string>(), name)).ToList();
        var allowed = (
            from pod in pods
            from other in others
            from port in Ports
            from arrow in (IEnumerable<(bool Allowed, string From, string To)>)
            [
                (network.Leaves(pod, other, port), pod.Name, other.Name),
                (network.Enters(other, pod, port), other.Name, pod.Name),
            ]
            where arrow.Allowed
            select (arrow.From, arrow.To, port)).ToList();

        var expected = new List<(string, string, int)> { ("clients", "gateway", Api) };
        foreach (var service in CodeModel.Services)
        {
            expected.AddRange(
                [(service, "database", Database), (service, "broker", Kafka), (service, "telemetry", Otlp)]);
            expected.AddRange([(service, "identity", Https), (service, "identity", 6443), ("monitoring", service, Metrics)]);
            // The sidecar's control plane has many ports, and its namespace is Dapr's own.
            expected.AddRange(Ports.Select(port => (service, "dapr-system", port)));
        }

        expected.Add(("migration", "database", Database));
        expected.AddRange(pods.Select(pod => (pod.Name, "kube-system", 53)));
        Assert.Equal(expected.Order().Distinct(), allowed.Order().Distinct());
    }

    [Fact]
    public async Task DNS_is_allowed_over_TCP_and_UDP_and_no_other_UDP_traffic_is()
    {
        var rendered = await Chart.Of("closed networks");
        var network = new Network(rendered);
        var names = new Party("kube-system", new Dictionary<string, string>(), "kube-system");
        Assert.All(Pods(rendered), pod =>
        {
            Assert.True(network.Leaves(pod, names, 53, "UDP"));
            Assert.False(network.Leaves(pod, names, Otlp, "UDP"));
        });
    }

    /// <summary>Values that move a party to another port, the party's network policy value, and all ports that then are open.</summary>
    public static TheoryData<string[], string, int[]> Moved() => new()
    {
        { ["broker.kind=redis", "broker.certificateAuthority=false", "broker.address=redis.brokers:6380"], "broker", [6380] },
        { ["broker.address=kafka-0:9093\\,kafka-1:9094"], "broker", [9093, 9094] },
        { ["broker.kind=rabbitmq", "broker.address=", "broker.username="], "broker", [5671, 5672] },
        { ["networkPolicy.brokerPorts[0]=15671"], "broker", [15671] },
        { ["networkPolicy.databasePorts[0]=1433", "networkPolicy.databasePorts[1]=11000-11002"], "database", [1433, 11000, 11001, 11002] },
        { ["identity.issuers.eu.issuer=https://identity.example:8444"], "identity", [443, 6443, 8444] },
        { ["identity.issuers.eu.metadataAddress=https://identity.example:9444/openid"], "identity", [443, 6443, 9444] },
        { ["networkPolicy.apiServerPorts[0]=16443", "networkPolicy.apiServerPorts[1]=8443"], "identity", [443, 8443, 16443] },
        { ["identity.cluster.certificateAuthority=false"], "identity", [443] },
        { ["telemetry.endpoint=https://collector.example"], "telemetry", [443] },
        { ["telemetry.settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://traces.example:4318"], "telemetry", [4317, 4318] },
    };

    [Theory]
    [MemberData(nameof(Moved))]
    public async Task Only_the_port_of_a_configured_address_is_open(string[] values, string party, int[] expected)
    {
        var answer = await Chart.Template([.. Chart.Closed, .. values.SelectMany(value => (string[])["--set", value])]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        var rendered = new Rendered(party, answer.Output);
        var network = new Network(rendered);
        var other = new Party(party, new Dictionary<string, string>(), party);
        Assert.All(Pods(rendered).Where(pod => CodeModel.Services.Contains(pod.Name)), pod =>
            Assert.Equal(expected, Enumerable.Range(1, 20_000).Where(port => network.Leaves(pod, other, port))));
    }

    [Fact]
    public async Task DNS_traffic_goes_only_to_the_clusters_DNS()
    {
        var answer = await Chart.Template([.. Chart.Closed, "--set-json",
            """networkPolicy.dns=[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"openshift-dns"}}}]""",
            "--set", "networkPolicy.dnsPorts[0]=5353"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        var rendered = new Rendered("OpenShift", answer.Output);
        var network = new Network(rendered);
        Assert.All(Pods(rendered), pod =>
        {
            Assert.True(network.Leaves(pod, new Party("dns", new Dictionary<string, string>(), "openshift-dns"), 5353, "UDP"));
            Assert.False(network.Leaves(pod, new Party("dns", new Dictionary<string, string>(), "kube-system"), 53, "UDP"));
        });
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_pod_has_a_network_policy(string set)
    {
        var rendered = await Chart.Of(set);
        if (Chart.ArgumentsOf(set).Any(argument => argument.Contains("networkPolicy.enabled=false", StringComparison.Ordinal)))
        {
            Assert.Empty(rendered.All<V1NetworkPolicy>());
            return;
        }

        Assert.All(rendered.Pods, pod => Assert.Contains(rendered.All<V1NetworkPolicy>(), policy =>
            policy.Spec.PodSelector.Matches(pod.Labels) && policy.Spec.PolicyTypes.Contains("Ingress") && policy.Spec.PolicyTypes.Contains("Egress")));
    }

    private static List<Party> Pods(Rendered rendered) =>
        [.. rendered.Pods.Select(pod => new Party(pod.Component!, pod.Labels, Chart.Namespace)).DistinctBy(pod => pod.Name)];

    private static List<(string, string, int)> Arrows(List<Party> pods)
    {
        var arrows = new List<(string, string, int)>();
        foreach (var service in CodeModel.Services)
            arrows.AddRange(CodeModel.Calls(service).Select(other => (service, other, Api)));
        foreach (var client in pods.Select(pod => pod.Name).Where(name => name is "verification" or "test"))
            arrows.Add((client, "gateway", Api));
        return arrows;
    }
}
