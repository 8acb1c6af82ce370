// At stake: an installation that would lose data or never work must not begin. Each invalid combination is refused with a message, and all
// problems are reported at once.
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class ImpossibleValuesTests
{
    public static TheoryData<string, string[], string> Impossible() => new()
    {
        { "small", ["services.projects.replicas=2"], "SQLite allows one replica: projects has 2. Use sqlserver, or set replicas to 1." },
        { "small", ["services.gateway.replicas=3"], "SQLite allows one replica: gateway has 3. Use sqlserver, or set replicas to 1." },
        {
            "small", ["services.investors.autoscaling.enabled=true"],
            "SQLite allows one replica: autoscaling is enabled for investors. Use sqlserver, or disable autoscaling."
        },
        {
            "standard", ["database.secretName="],
            "SQL Server requires a secret: set database.secretName to an existing secret with a connection string for each service."
        },
        { "standard", ["database.kind=oracle"], "database.kind is 'oracle'; it must be sqlite or sqlserver." },
        {
            "standard", ["broker.kind=in-memory"],
            "An in-memory broker cannot deliver to other pods: set broker.kind to redis, kafka, rabbitmq or azure-service-bus."
        },
        { "standard", ["broker.kind=nats"], "broker.kind is 'nats'; it must be redis, kafka, rabbitmq or azure-service-bus." },
        { "standard", ["broker.address="], "broker.address is empty: set it to the host and port of redis." },
        {
            "standard", ["broker.secretName="],
            "broker.secretName is empty: set it, or set broker.authentication to workload-identity or, for an evaluation, to none."
        },
        {
            "high-availability", ["broker.username="],
            "Kafka with password authentication requires broker.username: set it, or set broker.authentication to none for an evaluation."
        },
        {
            "standard", ["grpcRoute.enabled=true", "grpcRoute.parentRefs[0].name=edge", "tls.secretName=mining-tls"],
            "The GRPCRoute requires a certificate authority to verify the gateway's certificate: set grpcRoute.certificateAuthorityConfigMap to an "
            + "existing config map with ca.crt, or tls.certificateAuthority to false."
        },
        {
            "standard", ["broker.kind=rabbitmq", "broker.authentication=none"],
            "rabbitmq requires credentials: set broker.authentication to secret, and broker.secretName to an existing secret with its connection string."
        },
        {
            "standard", ["broker.authentication=workload-identity"],
            "broker.authentication workload-identity requires azure-service-bus; broker.kind is redis."
        },
        {
            "standard", ["broker.kind=azure-service-bus", "broker.authentication=workload-identity", "broker.address="],
            "broker.authentication workload-identity requires broker.address: set it to the fully qualified name of the Service Bus namespace."
        },
        {
            "standard", ["dapr.appTokenSecretName="],
            "dapr.appTokenSecretName is empty: set it to an existing secret with the key token, with which sidecar and service authenticate each other."
        },
        {
            "standard", ["dapr.apiTokenSecretName="],
            "dapr.apiTokenSecretName is empty: set it to an existing secret with the key token, with which sidecar and service authenticate each other."
        },
        {
            "standard", ["pageTokenKey.secretName="],
            "pageTokenKey.secretName is empty: set it to an existing secret with the key that signs page tokens."
        },
        {
            "standard", ["auditKey.secretName="],
            "auditKey.secretName is empty: set it to an existing secret with the key that signs checkpoints of the change logs."
        },
        {
            "high-availability", ["services.refining.autoscaling.minReplicas=10"],
            "refining: autoscaling.minReplicas (10) is greater than maxReplicas (9)."
        },
        {
            "high-availability", ["defaults.resources.requests.cpu=null"],
            "refining: autoscaling requires a CPU request: set resources.requests.cpu."
        },
        {
            "standard", ["ingress.enabled=true", "ingress.tlsSecretName=web"],
            "The ingress has no host: set ingress.grpc.host, ingress.json.host, or both."
        },
        {
            "standard", ["ingress.enabled=true", "ingress.json.host=example.com"],
            "An ingress without TLS would transmit tokens unencrypted: set ingress.tlsSecretName."
        },
        { "standard", ["grpcRoute.enabled=true"], "The GRPCRoute has no parent: set grpcRoute.parentRefs." },
        {
            "small", ["identity.evaluation=false"],
            "No caller could authenticate: list trusted token issuers in identity.issuers, or set identity.evaluation to true for an evaluation."
        },
        {
            "standard", ["identity.issuers.cluster.issuer=https://example.com"],
            "The alias 'cluster' is reserved for the cluster's own issuer: rename identity.issuers.cluster."
        },
        {
            "standard", ["tls.clientCertificates=true"],
            "tls.clientCertificates requires TLS and a certificate authority: set tls.secretName, and tls.certificateAuthority to true."
        },
        { "small", ["""defaults.environment=[{"name":"A"},{"name":"A"}]"""], "defaults.environment lists A more than once." },
        { "small", ["""services.gateway.environment=[{"name":"A"},{"name":"A"}]"""], "services.gateway.environment lists A more than once." },
        { "small", ["services.projects.resources.requests.memory=1Gi"], "projects: the memory request 1Gi exceeds the limit 512Mi." },
        { "small", ["services.projects.resources.limits.cpu=49m"], "projects: the cpu request 50m exceeds the limit 49m." },
        { "small", ["dapr.sidecarResources.limits.memory=32Mi"], "dapr.sidecarResources: the memory request 64Mi exceeds the limit 32Mi." },
        { "small", ["verification.resources.requests.cpu=2", "verification.resources.limits.cpu=1.5"], "verification: the cpu request 2 exceeds the limit 1.5." },
        { "small", ["broker.address=redis"], "broker.address contains 'redis' without a port: redis requires host:port." },
        {
            "high-availability", ["""broker.address="kafka-0:9093,kafka-1" """],
            "broker.address contains 'kafka-1' without a port: kafka requires host:port."
        },
        {
            "standard", ["broker.kind=rabbitmq"],
            "broker.address has no effect with rabbitmq, because the connection string contains it: leave it empty."
        },
        {
            "high-availability", ["broker.kind=azure-service-bus", "broker.authentication=workload-identity"],
            "broker.username has no effect with azure-service-bus, because the connection string contains it: leave it empty."
        },
        {
            "standard", ["broker.certificateAuthority=true"],
            "broker.certificateAuthority requires kafka or rabbitmq. Dapr has no such setting for redis: use a broker certificate that the sidecar's image trusts."
        },
        {
            "high-availability", ["broker.authentication=none", "broker.secretName="],
            "broker.certificateAuthority requires broker.secretName: the secret contains ca.crt."
        },
        { "high-availability", ["broker.tls=false"], "broker.certificateAuthority has no effect without TLS: set broker.tls to true." },
        {
            "small", ["""broker.metadata=[{"name":"consumerId","value":"all"}]"""],
            "broker.metadata must not contain consumerId: the chart sets it."
        },
        {
            "small", ["""broker.metadata=[{"name":"concurrency","value":"1"},{"name":"concurrency","value":"2"}]"""],
            "broker.metadata lists concurrency more than once."
        },
        {
            "standard", ["ingress.enabled=true", "ingress.tlsSecretName=web", "ingress.grpc.host=example.com", "ingress.json.host=example.com"],
            "ingress.grpc.host and ingress.json.host are both example.com: use different hosts."
        },
        {
            "small", ["tests.enabled=false", "verification.enabled=false"],
            "identity.evaluation requires the service account of test or verification: set tests.enabled or verification.enabled to true, or identity.evaluation to false."
        },
        {
            "small", ["identity.issuers.b.issuer=https://kubernetes.default.svc.cluster.local"],
            "identity.issuers: b and cluster have the same issuer, https://kubernetes.default.svc.cluster.local."
        },
        { "small", ["tests.side=UK"], "tests.side: 'UK' is not a known side (EU, US). Correct it, or add it to identity.sides." },
        {
            "small", ["""identity.issuers.b={"issuer":"https://example.com","sides":["EU","CA"]}""", """services.investors.settings={"Partnership":{"Sides":[{"SideId":"UK"}]}}"""],
            "identity.issuers.b.sides: 'CA' is not a known side (EU, US, UK). Correct it, or add it to identity.sides."
        },
        {
            "standard", ["""grpcRoute.parentRefs=[{"name":"edge"},{"name":"edge","sectionName":"grpc"}]"""],
            "grpcRoute.parentRefs lists the gateway edge more than once: give each entry a different sectionName."
        },
        {
            "standard", ["""networkPolicy.clients=[{"ipBlock":{"cidr":"10.1.0.0/16","except":["10.1.7.0/24","10.2.0.0/24"]}}]"""],
            "networkPolicy.clients: ipBlock.except contains 10.2.0.0/24, which is not a subnet of 10.1.0.0/16."
        },
        {
            "standard", ["""networkPolicy.databasePorts=[1433,"11999-11000"]"""],
            "networkPolicy.databasePorts contains the invalid port range 11999-11000: it must be FIRST-LAST, with LAST not below FIRST and at most 65535."
        },
        {
            "small", ["""telemetry.settings={"OTEL_TRACES_SAMPLER":"always_on"}"""],
            "telemetry.settings has no effect without telemetry.endpoint: set telemetry.endpoint."
        },
        {
            "standard", ["""telemetry.settings={"OTEL_EXPORTER_OTLP_ENDPOINT":"http://b:4317"}"""],
            "telemetry.settings must not contain OTEL_EXPORTER_OTLP_ENDPOINT: set telemetry.endpoint instead."
        },
        {
            "small", ["verification.schedule=61 * * * *"],
            "verification.schedule '61 * * * *' is not a cron schedule: it must have minute (0-59), hour (0-23), day (1-31), month (1-12) and weekday (0-6), such as '17 3 * * *', or be @hourly, @daily, @weekly, @monthly or @yearly."
        },
        {
            "standard", ["telemetry.endpoint="],
            "Alerts require telemetry: set telemetry.endpoint, or monitoring.rules.enabled to false."
        },
    };

    private const string BadFullName =
        "Object names would start with '1st.mesh-mining'. A Service's name must start with a letter and may contain only lower-case letters, digits "
        + "and hyphens: set fullnameOverride.";

    [Fact]
    public async Task A_release_name_that_is_no_valid_Service_name_needs_a_full_name_override()
    {
        string[] arguments = ["template", "1st.mesh", Chart.Folder, .. Chart.File("small")];
        var refused = await Tool.Helm(arguments);
        Assert.Contains(BadFullName, refused.Error, StringComparison.Ordinal);
        var answer = await Tool.Helm([.. arguments, "--set", "fullnameOverride=mesh"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Impossible_values_are_refused_with_their_message(string values, string[] settings, string sentence)
    {
        var answer = await Chart.Template([.. Chart.File(values), .. settings.SelectMany(Setting)]);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains(sentence, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_reported_at_once()
    {
        var answer = await Chart.Template("--set", "database.kind=sqlite,broker.kind=in-memory,pageTokenKey.secretName=");
        Assert.Contains("SQLite allows one replica: gateway has 2.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("SQLite allows one replica: refining has 2.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("An in-memory broker cannot deliver to other pods", answer.Error, StringComparison.Ordinal);
        Assert.Contains("pageTokenKey.secretName is empty", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_refusal_message_of_the_chart_is_tested()
    {
        // A sentence with a place in it is looked for by what is before that place.
        var sentences = System.Text.RegularExpressions.Regex
            .Matches(Repository.Read("helm", "mining", "templates", "_check.tpl"), "append \\$problems (?:\\(printf )?\"([^\"]+)\"")
            .Select(match => match.Groups[1].Value.Split('%')[0]).ToList();
        var tested = Impossible().Select(row => row.Data.Item3).Append(BadFullName).ToList();
        Assert.Equal(System.Text.RegularExpressions.Regex.Count(await File.ReadAllTextAsync(
            Repository.PathOf("helm", "mining", "templates", "_check.tpl"), TestContext.Current.CancellationToken), "append \\$problems"), sentences.Count);
        Assert.All(sentences, sentence => Assert.Contains(tested, text => sentence.Length == 0 || text.Contains(sentence, StringComparison.Ordinal)));
    }

    /// <summary>A list, an object or a text in quotes is JSON; anything else is as helm's --set has it.</summary>
    private static string[] Setting(string setting) =>
        [setting.Split('=', 2)[1].IndexOfAny(['{', '[', '"']) == 0 ? "--set-json" : "--set", setting];
}
