// At stake: a value that only the API refuses, halfway through an installation and after the migrations; and one that is accepted but has
// no effect, or does harm. The schema refuses both by name before anything reaches the cluster.
using System.Text.Json.Nodes;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class RefusedValuesTests
{
    /// <summary>Checked by the chart's own sentences, or taken as they are by whoever reads them.</summary>
    private static readonly string[] Unchecked =
    [
        "database.kind", "broker.kind", "verification.schedule", "variable.value", "annotations.*", "telemetry.settings.*",
        "broker.metadata.[].value", "service.settings.*", "global.*",
    ];

    /// <summary>Values that must be refused, as helm's --set-json has them: the path, and JSON.</summary>
    private static readonly Dictionary<string, string[]> Refused = new()
    {
        ["global.imageRegistry"] = ["\"https://mirror.example.com\"", "\"mirror example\""],
        ["global.imagePullSecrets[0]"] = ["\"\"", "\"Pull\"", "7"],
        ["nameOverride"] = ["\"Mesh\"", "\"my_mesh\"", $"\"{new string('m', 40)}\""],
        ["fullnameOverride"] = ["\"Mesh\"", "\"my_mesh\"", "\"a.b\"", "\"1st\"", $"\"{new string('m', 40)}\""],
        ["commonLabels"] = ["""{"app.kubernetes.io/name":"other"}""", """{"a b":"c"}""", """{"a":"b c"}""", """{"a":1}"""],
        ["clusterDomain"] = ["\"\"", "\"Cluster.Local\"", "\"cluster.local.\""],
        ["image.registry"] = ["\"https://registry.example.com\"", "\"registry.example.com/Mining\""],
        ["image.prefix"] = ["\"Mining-\"", "\"https://\""],
        ["image.tag"] = ["1.1", "\"a:b\"", "\"-1\""],
        ["image.digests.gateway"] = ["\"sha256:abc\""],
        ["image.pullPolicy"] = ["\"Sometimes\""],
        ["database.secretName"] = ["\"a..b\"", "\"Mining\"", "\"my_secret\"", "12"],
        ["database.volumeSize"] = ["\"lots\"", "\"-1Gi\"", "\"8GB\"", "\"8\"", "\"0Gi\"", "8"],
        ["database.storageClassName"] = ["\"Fast\"", "\"a..b\""],
        ["migration.deadlineSeconds"] = ["0", "1"],
        ["migration.maxRetries"] = ["-1", "1000"],
        ["migration.secretName"] = ["\"a..b\""],
        ["broker.address"] = ["\"redis://redis:6379\"", "\"redis:6379/0\"", "\"a:1, b:2\"", "\"redis:0\""],
        ["broker.secretName"] = ["\"a..b\""],
        ["broker.username"] = ["\"a b\""],
        ["broker.maxStreamLength"] = ["0", "-1"],
        ["broker.metadata[0]"] = ["""{"name":"a"}""", """{"name":"a","value":"b","secretKeyRef":{"name":"c","key":"d"}}"""],
        ["dapr.appTokenSecretName"] = ["\"a..b\""],
        ["dapr.apiTokenSecretName"] = ["\"a..b\""],
        ["dapr.namespace"] = ["\"\"", "\"a.b\""],
        ["dapr.trustDomain"] = ["\"\"", "\"Public\""],
        ["dapr.samplingRate"] = ["7", "\"7\"", "\"some\"", "-0.5", "\"\""],
        ["dapr.sidecarResources.limits"] = ["""{"ephemeral-storage":"1Gi"}"""],
        ["dapr.sidecarResources.limits.memory"] = ["\"256MB\""],
        ["dapr.delivery.maxRetries"] = ["0", "-1"],
        ["dapr.delivery.maxBackoff"] = ["\"0s\"", "\"15\"", "\"-1s\""],
        ["dapr.delivery.timeout"] = ["\"0s\"", "\"long\""],
        ["pageTokenKey.key"] = ["\"\"", "\"a/b\"", "\"..\""],
        ["auditKey.key"] = ["\"\"", "\"a b\""],
        ["defaults.replicas"] = ["0", "-1", "1.5"],
        ["defaults.autoscaling.minReplicas"] = ["0"],
        ["defaults.autoscaling.targetCPUUtilizationPercentage"] = ["0", "101"],
        ["defaults.resources.requests"] = ["""{"gpu":1}""", """{"memory":"lots"}""", """{"memory":"256MB"}""", """{"memory":"128m"}""", """{"memory":256}"""],
        ["services.refining.resources.limits"] = ["""{"cpu":"-1"}""", """{"cpu":"0.0001"}""", """{"cpu":0}""", """{"cpu":"2 cores"}"""],
        ["services.refining.nodeSelector"] = ["""{"a":"b c"}""", """{"a b":"c"}""", """{"a":true}"""],
        ["services.refining.tolerations[0]"] =
        [
            """{"operator":"Exist"}""", """{"operator":"Equal"}""", """{"operator":"Exists","value":"a"}""", """{"key":"a","effect":"Never"}""",
            """{"key":"a","tolerationSeconds":1}""", """{"Key":"a"}""",
        ],
        ["services.refining.affinity"] =
        [
            """{"nodeaffinity":{}}""",
            """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[]}}}""",
            """{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":0,"preference":{}}]}}""",
            """{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"labelSelector":{"matchLabels":{"a":"b"}}}]}}""",
            """{"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":""}}]}}""",
        ],
        ["services.refining.priorityClassName"] = ["\"High\""],
        ["services.refining.podAnnotations"] = ["""{"a b":"c"}""", """{"a":1}"""],
        ["services.refining.serviceAccountAnnotations"] = ["""{"a/b/c":"d"}"""],
        ["services.refining.podLabels"] = ["""{"app.kubernetes.io/component":"gateway"}""", """{"a":"b c"}"""],
        ["services.refining.environment[0]"] =
        [
            """{"value":"a"}""", """{"name":""}""", """{"name":"A=B"}""", """{"name":"A","value":1}""", """{"name":"A","valueFrom":{}}""",
            """{"name":"A","value":"a","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}""",
            """{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.nam"}}}""", """{"name":"A","valueFrom":{"secretKeyRef":{"name":"a"}}}""",
        ],
        ["services.refining.settings"] = ["""{"mesh":{}}""", "\"text\""],
        ["topologySpread.node"] = ["\"Never\""],
        ["shutdown.callTimeoutSeconds"] = ["0", "10"],
        ["shutdown.sidecarTimeoutSeconds"] = ["0"],
        ["podSecurity.user"] = ["0", "4294967296", "\"app\""],
        ["gatewayService.type"] = ["\"ExternalName\""],
        ["gatewayService.port"] = ["0", "70000"],
        ["gatewayService.annotations"] = ["""{"a":true}"""],
        ["ingress.className"] = ["\"Nginx\""],
        ["ingress.tlsSecretName"] = ["\"a..b\""],
        ["ingress.grpc.host"] = ["\"https://grpc.example.com\"", "\"grpc.example.com:443\"", "\"10.0.0.1\"", "\"Grpc.example.com\"", "\"a.*.example.com\""],
        ["ingress.json.annotations"] = ["""{"a":1}"""],
        ["grpcRoute.parentRefs[0]"] = ["""{"namespace":"edge"}""", """{"name":"Edge"}""", """{"name":"edge","port":0}""", """{"name":"edge","section":"a"}"""],
        ["grpcRoute.hostnames[0]"] = ["\"\"", "\"https://example.com\"", "\"10.0.0.1\""],
        ["tls.secretName"] = ["\"a..b\""],
        ["identity.issuers"] = ["""{"EU":{"issuer":"https://a.example.com"}}""", """{"a/b":{"issuer":"https://a.example.com"}}"""],
        ["identity.issuers.other"] =
        [
            """{"sides":["EU"]}""", """{"issuer":"http://a.example.com"}""", """{"issuer":"https://"}""", """{"issuer":"https://a b"}""",
            """{"issuer":"https://a","audience":""}""", """{"issuer":"https://a","metadataAddress":"http://a"}""",
            """{"issuer":"https://a","metadataAddress":"https://"}""", """{"issuer":"https://a","sides":["eu"]}""",
            """{"issuer":"https://a","sides":["EU","EU"]}""", """{"issuer":"https://a","rolesClaim":""}""", """{"issuer":"https://a","roles":{"officer":""}}""",
            """{"issuer":"https://a","roles":{"king":"a"}}""", """{"issuer":"https://a","certificateAuthoritySecret":"a..b"}""",
        ],
        ["identity.sides[0]"] = ["\"eu\"", "\"\""],
        ["identity.cluster.issuer"] = ["\"\"", "\"https://\"", "\"kubernetes\""],
        ["identity.cluster.metadataAddress"] = ["\"http://keys.example.com\""],
        ["identity.cluster.audience"] = ["\"\"", "\"a b\""],
        ["identity.cluster.tokenExpirationSeconds"] = ["599", "100000000000"],
        ["networkPolicy.clients[0]"] =
        [
            "{}", """{"ipBlock":{"cidr":"10.0.0.0"}}""", """{"ipBlock":{"cidr":"10.0.0.256/8"}}""", """{"ipBlock":{"cidr":"10.0.0.0/33"}}""",
            """{"ipBlock":{"cidr":"::1/8"},"podSelector":{}}""", """{"podselector":{}}""", """{"podSelector":{"matchLabels":{"a":1}}}""",
            """{"podSelector":{"matchExpressions":[{"key":"a","operator":"In"}]}}""",
        ],
        ["networkPolicy.databasePorts[0]"] = ["0", "65536", "\"sql\"", "\"11000:11999\""],
        ["networkPolicy.brokerPorts[0]"] = ["0", "\"redis\""],
        ["telemetry.endpoint"] = ["\"collector:4317\"", "\"http://collector:4317/v1/traces\"", "\"http://\"", "\"grpc://collector:4317\""],
        ["telemetry.settings"] = ["""{"TMPDIR":"/"}""", """{"OTEL_BSP_MAX_QUEUE_SIZE":1}"""],
        ["monitoring.labels"] = ["""{"app.kubernetes.io/instance":"a"}"""],
        ["monitoring.serviceMonitor.interval"] = ["\"30\"", "\"0s\"", "\"1 m\"", "\"\""],
        ["monitoring.rules.runbookUrl"] = ["\"\"", "\"docs/operations.md\""],
        ["monitoring.rules.maxCommitSeconds"] = ["0"],
        ["monitoring.rules.maxStalenessSeconds"] = ["0"],
        ["monitoring.rules.maxLagChanges"] = ["0"],
        ["monitoring.dashboard.label"] = ["\"\"", "\"a b\""],
        ["verification.resources.limits"] = ["""{"memory":"1GB"}"""],
        ["tests.side"] = ["\"\"", "\"eu\""],
    };

    public static TheoryData<int> Rounds() => [.. Enumerable.Range(0, Refused.Values.Max(values => values.Length))];

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task An_invalid_or_harmful_value_is_refused_by_name(int round)
    {
        // A value inside another one waits for a round of its own.
        var chosen = Refused.Where(entry => entry.Value.Length > round)
            .Where(entry => !Refused.Any(other => other.Value.Length > round && entry.Key.StartsWith($"{other.Key}.", StringComparison.Ordinal)))
            .ToDictionary(entry => entry.Key, entry => entry.Value[round]);
        await AreRefused(chosen);
        await AreRefused(Refused.Where(entry => entry.Value.Length > round && !chosen.ContainsKey(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value[round]));
    }

    [Fact]
    public async Task Null_is_refused_by_name_for_every_value_and_group()
    {
        var rows = ValuesTable.Rows().Select(row => row.Path).ToList();
        // Quantities alone may be left out: no limit is one, too.
        var paths = rows.Where(path => !path.Contains("esources.requests.", StringComparison.Ordinal) && !path.StartsWith("services.gateway.", StringComparison.Ordinal))
            .ToList();
        foreach (var level in paths.GroupBy(path => path.Count(letter => letter == '.')))
        {
            var answer = await Chart.Template([.. Chart.ArgumentsOf("standard"), "--set", string.Join(',', level.Select(path => $"{path}=null"))]);
            Assert.All(level, path =>
            {
                var (group, name) = path.LastIndexOf('.') is > 0 and var dot ? (path[..dot], path[(dot + 1)..]) : ("", path);
                Assert.Contains(
                    answer.Error.Split('\n'),
                    line => line.Contains($"at '{(group.Length > 0 ? "/" : "")}{group.Replace('.', '/')}': missing propert", StringComparison.Ordinal)
                        && line.Contains($"'{name}'", StringComparison.Ordinal));
            });
        }
    }

    [Fact]
    public void The_schema_bounds_every_text_number_list_and_object()
    {
        var schema = JsonNode.Parse(Repository.Read("helm", "mining", "values.schema.json"))!.AsObject();
        var unbounded = new List<string>();
        foreach (var (name, definition) in schema["$defs"]!.AsObject())
            Walk(definition!.AsObject(), name);
        Walk(schema, "");
        Assert.Equal(Unchecked.Order(StringComparer.Ordinal), unbounded.Order(StringComparer.Ordinal));

        void Walk(JsonObject node, string path)
        {
            if (node["$ref"] is not null)
                return;
            var types = node["type"] is JsonArray several ? several.Select(type => (string?)type).ToList() : [(string?)node["type"]];
            var isBounded = node.ContainsKey("enum") || node.ContainsKey("const") || types.All(type => type switch
            {
                "string" => node.ContainsKey("pattern") || node.ContainsKey("minLength"),
                "integer" or "number" => node.ContainsKey("minimum") || node.ContainsKey("exclusiveMinimum"),
                "array" => node.ContainsKey("items"),
                "object" => node["additionalProperties"] is JsonValue closed && !(bool)closed || node["additionalProperties"] is JsonObject,
                "boolean" or "null" => true,
                _ => false,
            });
            if (!isBounded)
                unbounded.Add(types is ["object"] ? $"{path}.*" : path);
            foreach (var (name, property) in node["properties"]?.AsObject() ?? [])
                Walk(property!.AsObject(), path.Length > 0 ? $"{path}.{name}" : name);
            foreach (var (_, property) in node["patternProperties"]?.AsObject() ?? [])
            {
                if (property is JsonObject kind)
                    Walk(kind, $"{path}.*");
            }

            if (node["items"] is JsonObject items)
                Walk(items, $"{path}.[]");
        }
    }

    private static async Task AreRefused(Dictionary<string, string> chosen)
    {
        if (chosen.Count == 0)
            return;
        var answer = await Chart.Template([.. Chart.ArgumentsOf("standard"), .. chosen.SelectMany(entry => (string[])["--set-json", $"{entry.Key}={entry.Value}"])]);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.All(chosen, entry => Assert.True(
            answer.Error.Contains($"at '/{entry.Key.Replace('.', '/').Replace("[0]", "/0", StringComparison.Ordinal)}", StringComparison.Ordinal),
            $"{entry.Key}={entry.Value} is not refused. {answer.Error}"));
    }
}
