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
            "high-availability", ["services.refining.resources.requests.cpu="],
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
            "standard", ["identity.issuers=null"],
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
        {
            "standard", ["telemetry.endpoint="],
            "Alerts without metrics would never fire: set telemetry.endpoint, or monitoring.rules.enabled to false."
        },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task What_cannot_be_is_refused_with_its_sentence(string values, string[] settings, string sentence)
    {
        var answer = await Chart.Template([.. Chart.File(values), .. settings.SelectMany(setting => (string[])["--set", setting])]);
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
        var tested = Impossible().Select(row => row.Data.Item3).ToList();
        Assert.Equal(System.Text.RegularExpressions.Regex.Count(await File.ReadAllTextAsync(
            Repository.PathOf("helm", "mining", "templates", "_check.tpl"), TestContext.Current.CancellationToken), "append \\$problems"), sentences.Count);
        Assert.All(sentences, sentence => Assert.Contains(tested, text => sentence.Length == 0 || text.Contains(sentence, StringComparison.Ordinal)));
    }
}
