// At stake: an installation that would lose data or never work must not begin. Each impossible combination ends with its sentence, and
// several are said at once.
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
            "SQLite cannot be scaled: investors has autoscaling, and its file allows one replica. Use sqlserver, or turn autoscaling off."
        },
        {
            "standard", ["database.secretName="],
            "SQL Server needs a secret: set database.secretName to an existing secret with a connection string for each service."
        },
        { "standard", ["database.kind=oracle"], "database.kind is 'oracle'; it must be sqlite or sqlserver." },
        {
            "standard", ["broker.kind=in-memory"],
            "An in-memory broker lives in one sidecar and reaches no other pod: set broker.kind to redis, kafka, rabbitmq or azure-service-bus."
        },
        { "standard", ["broker.kind=nats"], "broker.kind is 'nats'; it must be redis, kafka, rabbitmq or azure-service-bus." },
        { "standard", ["broker.address="], "The broker has no address: set broker.address to the host and port of redis." },
        {
            "standard", ["broker.secretName="],
            "The broker has no secret: set broker.secretName, or broker.authentication to workload-identity or, for an evaluation, none."
        },
        {
            "high-availability", ["broker.username="],
            "kafka with a password needs a user name: set broker.username, or broker.authentication to none for an evaluation."
        },
        {
            "standard", ["grpcRoute.enabled=true", "grpcRoute.parentRefs[0].name=edge", "tls.secretName=mining-tls"],
            "The gateway of the GRPCRoute must verify the services' certificate: set grpcRoute.certificateAuthorityConfigMap to an existing config map"
            + " with ca.crt, or tls.certificateAuthority to false."
        },
        {
            "standard", ["broker.kind=rabbitmq", "broker.authentication=none"],
            "rabbitmq always needs credentials: its connection string comes from broker.secretName."
        },
        {
            "standard", ["broker.authentication=workload-identity"],
            "broker.authentication workload-identity works with azure-service-bus, not with redis."
        },
        {
            "standard", ["broker.kind=azure-service-bus", "broker.authentication=workload-identity", "broker.address="],
            "With workload identity broker.address must be the full name of the Service Bus namespace."
        },
        {
            "standard", ["dapr.appTokenSecretName="],
            "Sidecar and service must know each other: set dapr.appTokenSecretName to an existing secret with the key token."
        },
        {
            "standard", ["dapr.apiTokenSecretName="],
            "Sidecar and service must know each other: set dapr.apiTokenSecretName to an existing secret with the key token."
        },
        {
            "standard", ["pageTokenKey.secretName="],
            "Page tokens need a key that all replicas share: set pageTokenKey.secretName to an existing secret."
        },
        {
            "standard", ["auditKey.secretName="],
            "Checkpoints of the change logs need a key to be signed with: set auditKey.secretName to an existing secret."
        },
        {
            "high-availability", ["services.refining.autoscaling.minReplicas=10"],
            "refining has autoscaling.minReplicas 10 above maxReplicas 9."
        },
        {
            "high-availability", ["defaults.resources.requests.cpu=null"],
            "refining has autoscaling by processor time and requests none: set resources.requests.cpu."
        },
        {
            "standard", ["ingress.enabled=true", "ingress.tlsSecretName=web"],
            "The ingress has no host: set ingress.grpc.host, ingress.json.host, or both."
        },
        {
            "standard", ["ingress.enabled=true", "ingress.json.host=example.com"],
            "An ingress without TLS would send tokens in the clear: set ingress.tlsSecretName."
        },
        { "standard", ["grpcRoute.enabled=true"], "The GRPCRoute belongs to no gateway: set grpcRoute.parentRefs." },
        {
            "small", ["identity.evaluation=false"],
            "Nobody could call: set identity.issuers to those whose tokens are trusted, or for an evaluation identity.evaluation to true."
        },
        {
            "standard", ["identity.issuers.cluster.issuer=https://example.com"],
            "The alias cluster is that of the cluster's own issuer: give identity.issuers.cluster another one."
        },
        {
            "standard", ["tls.clientCertificates=true"],
            "Client certificates need TLS with an authority of your own: set tls.secretName, and tls.certificateAuthority to true."
        },
        { "small", ["""defaults.environment=[{"name":"A"},{"name":"A"}]"""], "defaults.environment lists A more than once." },
        { "small", ["""services.gateway.environment=[{"name":"A"},{"name":"A"}]"""], "services.gateway.environment lists A more than once." },
        { "small", ["services.projects.resources.requests.memory=1Gi"], "projects requests 1Gi of memory, above its limit of 512Mi." },
        { "small", ["services.projects.resources.limits.cpu=49m"], "projects requests 50m of cpu, above its limit of 49m." },
        { "small", ["dapr.sidecarResources.limits.memory=32Mi"], "dapr.sidecarResources requests 64Mi of memory, above its limit of 32Mi." },
        { "small", ["verification.resources.requests.cpu=2", "verification.resources.limits.cpu=1.5"], "verification requests 2 of cpu, above its limit of 1.5." },
        { "small", ["broker.address=redis"], "broker.address has 'redis' without a port: redis needs host:port." },
        {
            "high-availability", ["""broker.address="kafka-0:9093,kafka-1" """],
            "broker.address has 'kafka-1' without a port: kafka needs host:port."
        },
        {
            "standard", ["broker.kind=rabbitmq"],
            "broker.address does nothing with rabbitmq: the connection string has it. Leave it empty."
        },
        {
            "high-availability", ["broker.kind=azure-service-bus", "broker.authentication=workload-identity"],
            "broker.username does nothing with azure-service-bus: the connection string has it. Leave it empty."
        },
        {
            "standard", ["broker.certificateAuthority=true"],
            "broker.certificateAuthority works with kafka and rabbitmq: for redis Dapr takes no authority, so its certificate must be one that the sidecar's image trusts."
        },
        {
            "high-availability", ["broker.authentication=none", "broker.secretName="],
            "broker.certificateAuthority takes ca.crt from the broker's secret: set broker.secretName."
        },
        { "high-availability", ["broker.tls=false"], "broker.certificateAuthority without broker.tls would do nothing: set broker.tls to true." },
        {
            "small", ["""broker.metadata=[{"name":"consumerId","value":"all"}]"""],
            "broker.metadata sets consumerId, which the mesh itself sets: leave it out."
        },
        {
            "small", ["""broker.metadata=[{"name":"concurrency","value":"1"},{"name":"concurrency","value":"2"}]"""],
            "broker.metadata lists concurrency more than once."
        },
        {
            "standard", ["ingress.enabled=true", "ingress.tlsSecretName=web", "ingress.grpc.host=example.com", "ingress.json.host=example.com"],
            "ingress.grpc.host and ingress.json.host are both example.com: each needs a host of its own."
        },
        {
            "small", ["tests.enabled=false", "verification.enabled=false"],
            "identity.evaluation takes tokens of the accounts for test and verification: set tests.enabled or verification.enabled, or identity.evaluation to false."
        },
        {
            "small", ["identity.issuers.b.issuer=https://kubernetes.default.svc.cluster.local"],
            "identity.issuers.b and cluster have the same address, https://kubernetes.default.svc.cluster.local."
        },
        { "small", ["tests.side=UK"], "tests.side names 'UK', but the sides are EU, US: correct it, or add it to identity.sides." },
        {
            "small", ["""identity.issuers.b={"issuer":"https://example.com","sides":["EU","CA"]}""", """services.investors.settings={"Partnership":{"Sides":[{"SideId":"UK"}]}}"""],
            "identity.issuers.b.sides names 'CA', but the sides are EU, US, UK: correct it, or add it to identity.sides."
        },
        {
            "standard", ["""grpcRoute.parentRefs=[{"name":"edge"},{"name":"edge","sectionName":"grpc"}]"""],
            "grpcRoute.parentRefs names the gateway edge more than once: give each entry a sectionName of its own."
        },
        {
            "standard", ["""networkPolicy.clients=[{"ipBlock":{"cidr":"10.1.0.0/16","except":["10.1.7.0/24","10.2.0.0/24"]}}]"""],
            "networkPolicy.clients excepts 10.2.0.0/24, which is not a part of 10.1.0.0/16."
        },
        {
            "standard", ["""networkPolicy.databasePorts=[1433,"11999-11000"]"""],
            "networkPolicy.databasePorts has 11999-11000; a range is from a port to a higher one, 65535 at most."
        },
        {
            "small", ["""telemetry.settings={"OTEL_TRACES_SAMPLER":"always_on"}"""],
            "telemetry.settings without telemetry.endpoint would do nothing: set telemetry.endpoint."
        },
        {
            "standard", ["""telemetry.settings={"OTEL_EXPORTER_OTLP_ENDPOINT":"http://b:4317"}"""],
            "telemetry.settings.OTEL_EXPORTER_OTLP_ENDPOINT is made from telemetry.endpoint: set that."
        },
        {
            "small", ["verification.schedule=61 * * * *"],
            "verification.schedule is '61 * * * *'; it must be minute (0-59), hour (0-23), day (1-31), month (1-12) and weekday (0-6), such as '17 3 * * *', or @hourly, @daily, @weekly, @monthly or @yearly."
        },
        {
            "standard", ["telemetry.endpoint="],
            "Alerts without metrics would never fire: set telemetry.endpoint, or monitoring.rules.enabled to false."
        },
    };

    private const string BadFullName =
        "The objects' names would begin with '1st.mesh-mining', but a Service's name has only lower-case letters, digits and hyphens and begins with "
        + "a letter: set fullnameOverride.";

    [Fact]
    public async Task A_release_whose_name_no_Service_can_have_needs_another_full_name()
    {
        string[] arguments = ["template", "1st.mesh", Chart.Folder, .. Chart.File("small")];
        var refused = await Tool.Helm(arguments);
        Assert.Contains(BadFullName, refused.Error, StringComparison.Ordinal);
        var answer = await Tool.Helm([.. arguments, "--set", "fullnameOverride=mesh"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task What_cannot_be_is_refused_with_its_sentence(string values, string[] settings, string sentence)
    {
        var answer = await Chart.Template([.. Chart.File(values), .. settings.SelectMany(Setting)]);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains(sentence, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var answer = await Chart.Template("--set", "database.kind=sqlite,broker.kind=in-memory,pageTokenKey.secretName=");
        Assert.Contains("SQLite allows one replica: gateway has 2.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("SQLite allows one replica: refining has 2.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("An in-memory broker lives in one sidecar", answer.Error, StringComparison.Ordinal);
        Assert.Contains("Page tokens need a key", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_sentence_of_the_chart_is_tested()
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
