namespace Mining.Deploy.Tests.Support;

/// <summary>The chart with sets of values: those that it ships, and combinations that an operator may choose.</summary>
internal static class Chart
{
    public const string Folder = "helm/mining";
    public const string Release = "mining";
    public const string Namespace = "mining";

    public static readonly IReadOnlyList<string> ValuesFiles = ["small", "standard", "high-availability"];

    /// <summary>Every external party in a namespace of its own, so that the network policies can be exact.</summary>
    public static readonly string[] Closed =
    [
        .. File("high-availability"),
        .. ((string[])["clients", "database", "broker", "telemetry", "identity", "monitoring"]).SelectMany(party => (string[])
            ["--set", $"networkPolicy.{party}[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name={party}"]),
    ];

    /// <summary>A name that a secret may have, and a volume may not.</summary>
    public const string SecretWithDots = "the.authority.of.both.issuers.and.of.nobody.else.in.this.cluster";

    private static readonly string[] Sql = ["--set", "database.secretName=mining-database"];
    private static readonly string[] Redis = ["--set", "broker.address=redis:6379", "--set", "broker.secretName=mining-broker"];
    private static readonly string[] Known = ["--set", "identity.issuers.eu.issuer=https://eu.example.com"];
    private static readonly string[] Minimal = [.. Sql, .. Redis, .. Known];

    private static readonly Dictionary<string, string[]> Sets = new()
    {
        ["small"] = File("small"),
        ["standard"] = File("standard"),
        ["high-availability"] = File("high-availability"),
        ["only what must be said"] = Minimal,
        ["closed networks"] = Closed,
        ["redis without password"] = [.. Sql, .. Known, "--set", "broker.address=redis:6379,broker.authentication=none,broker.tls=false"],
        ["kafka without password"] = [.. Sql, .. Known, "--set", "broker.kind=kafka,broker.address=kafka:9092,broker.authentication=none,broker.tls=false"],
        ["rabbitmq"] = [.. Sql, .. Known, "--set", "broker.kind=rabbitmq,broker.secretName=mining-broker,broker.certificateAuthority=true"],
        ["azure service bus"] = [.. Sql, .. Known, "--set", "broker.kind=azure-service-bus,broker.secretName=mining-broker"],
        ["azure workload identity"] =
        [
            .. Sql, .. Known, "--set", "broker.kind=azure-service-bus,broker.authentication=workload-identity,broker.address=mining.servicebus.windows.net",
            "--set-json", """defaults.podLabels={"azure.workload.identity/use":"true"}""",
            "--set-json", """defaults.serviceAccountAnnotations={"azure.workload.identity/client-id":"mining"}""",
        ],
        ["TLS and client certificates"] = [.. Minimal, "--set", "tls.secretName=mining-tls,tls.clientCertificates=true"],
        ["TLS by a public authority"] = [.. Minimal, "--set", "tls.secretName=mining-tls,tls.certificateAuthority=false"],
        ["ingress and route"] =
        [
            .. Minimal, "--set", "ingress.enabled=true,ingress.tlsSecretName=mining-web,ingress.grpc.host=grpc.example.com,ingress.json.host=example.com",
            "--set-json", """grpcRoute={"enabled":true,"parentRefs":[{"name":"edge"}],"hostnames":["grpc.example.com"]}""",
            "--set", "gatewayService.type=LoadBalancer,ingress.className=nginx",
        ],
        ["TLS behind ingress and route"] =
        [
            .. Minimal, "--set", "tls.secretName=mining-tls,grpcRoute.certificateAuthorityConfigMap=mining-authority",
            "--set", "ingress.enabled=true,ingress.tlsSecretName=mining-web,ingress.grpc.host=grpc.example.com,ingress.json.host=example.com",
            "--set-json", """grpcRoute={"enabled":true,"parentRefs":[{"name":"edge"}],"hostnames":["grpc.example.com"]}""",
        ],
        ["metrics of a public gateway"] = [.. File("standard"), "--set", "gatewayService.type=LoadBalancer,shutdown.drainSeconds=0"],
        ["identity with everything"] =
        [
            .. Minimal, "--set", "identity.cluster.metadataAddress=https://keys.example.com/openid,identity.cluster.certificateAuthority=false",
            "--set-json",
            """
            identity.issuers.a={"issuer":"https://a.example.com","audience":"mesh","metadataAddress":"https://a.example.com/meta",
            "certificateAuthoritySecret":"authority-of-a","sides":["EU"],"sideClaim":"side","organisationClaim":"org","rolesClaim":"groups",
            "roles":{"officer":"mining-write","board":"mining-read"}}
            """,
        ],
        ["nothing that can be left out"] =
        [
            .. Minimal,
            "--set", "networkPolicy.enabled=false,migration.enabled=false,verification.enabled=false,tests.enabled=false",
        ],
        ["everything on a pod"] =
        [
            .. Minimal, "--set", "services.gateway.autoscaling.enabled=true,services.projects.replicas=1,defaults.priorityClassName=high",
            "--set-json", """defaults.nodeSelector={"kubernetes.io/os":"linux"}""",
            "--set-json", """defaults.tolerations=[{"key":"mining","operator":"Exists"}]""",
            "--set-json", """defaults.affinity={"nodeAffinity":{}}""",
            "--set-json", """defaults.podAnnotations={"a":"b"}""",
            "--set-json", """defaults.environment=[{"name":"DOTNET_GCHeapHardLimit","value":"10000000"}]""",
            "--set-json", """services.investors.settings={"Partnership":{"Name":"partnerships/three"}}""",
            "--set-json", """broker.metadata=[{"name":"concurrency","value":"20"}]""",
            "--set-json", """commonLabels={"team":"minerals"}""",
            "--set-json", """telemetry={"endpoint":"https://otel.example.com","settings":{"OTEL_TRACES_SAMPLER":"always_on"}}""",
        ],
        ["images from a mirror"] =
        [
            .. Minimal, "--set", "global.imageRegistry=mirror.example.com/mining,image.tag=1.2.3,fullnameOverride=mesh,dapr.namespace=dapr",
            "--set-json", """global.imagePullSecrets=["pull"]""",
            "--set", $"image.digests.gateway=sha256:{new string('a', 64)}",
        ],
        ["sqlite with a storage class"] =
            [.. File("small"), "--set", "database.storageClassName=fast", "--set-json", "networkPolicy.broker=[]"],
        ["names that the chart uses too"] =
        [
            .. Minimal,
            "--set-json", """defaults.environment=[{"name":"TMPDIR","value":"/tmp/own"},{"name":"HTTPS_PROXY","value":"http://proxy:3128"}]""",
            "--set-json", """services.projects.environment=[{"name":"HTTPS_PROXY","value":"http://nearer:3128"}]""",
            "--set-json", """telemetry={"endpoint":"http://otel:4317","settings":{"OTEL_RESOURCE_ATTRIBUTES":"deployment.environment=test"}}""",
            "--set-json", """commonLabels={"team":"minerals"}""",
            "--set-json", """defaults.podLabels={"team":"geology"}""",
            "--set-json", """monitoring={"labels":{"team":"operations","grafana_dashboard":"0"},"dashboard":{"enabled":true},"serviceMonitor":{"enabled":true}}""",
            "--set-json", """broker.metadata=[{"name":"maxLenApprox","value":"5000"}]""",
            "--set-json",
            $$$"""
            identity.issuers={"a":{"issuer":"https://a.example.com","certificateAuthoritySecret":"{{{SecretWithDots}}}"},
            "b":{"issuer":"https://b.example.com","certificateAuthoritySecret":"{{{SecretWithDots}}}"}}
            """,
        ],
        ["names that YAML reads as numbers"] =
        [
            .. Known, "--set-string",
            "fullnameOverride=true,nameOverride=1,database.secretName=2,migration.secretName=3,broker.address=4:6379,broker.secretName=5"
            + ",dapr.appTokenSecretName=6,dapr.apiTokenSecretName=7,pageTokenKey.secretName=8,pageTokenKey.key=9,auditKey.secretName=10,auditKey.key=11"
            + ",tls.secretName=12,identity.cluster.audience=13,identity.issuers.eu.certificateAuthoritySecret=14,dapr.namespace=15,image.tag=16"
            + ",defaults.priorityClassName=17,ingress.className=18,ingress.tlsSecretName=19,ingress.grpc.host=e.example,global.imagePullSecrets[0]=20",
            "--set", "ingress.enabled=true,podSecurity.user=1000650000,broker.maxStreamLength=20000000,monitoring.serviceMonitor.enabled=true",
        ],
    };

    private static readonly Lazy<Task<IReadOnlyDictionary<string, Rendered>>> Everything = new(RenderAll);

    public static IEnumerable<string> SetNames => Sets.Keys;

    public static async Task<Rendered> Of(string set) => (await Everything.Value)[set];

    public static Task<Answer> Template(params string[] arguments) => Tool.Helm(["template", Release, Folder, "--namespace", Namespace, .. arguments]);

    /// <summary>A values file, with an issuer as an operator must name one. The evaluation needs none.</summary>
    public static string[] File(string values) =>
        ["--values", $"{Folder}/values/{values}.yaml", .. values == "small" ? [] : (string[])["--set", "identity.issuers.eu.issuer=https://identity.example"]];

    public static string[] ArgumentsOf(string set) => Sets[set];

    private static async Task<IReadOnlyDictionary<string, Rendered>> RenderAll()
    {
        var rendered = await Task.WhenAll(Sets.Select(async set =>
        {
            var answer = await Template(set.Value);
            Assert.True(answer.ExitCode == 0, $"The set '{set.Key}' cannot be rendered: {answer.Error}");
            return new Rendered(set.Key, answer.Output);
        }));
        return rendered.ToDictionary(set => set.Name);
    }
}

/// <summary>Tests that hold for every set of values.</summary>
internal static class EverySet
{
    public static TheoryData<string> Names() => [.. Chart.SetNames];
}
