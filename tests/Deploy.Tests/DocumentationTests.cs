// At stake: an operator's documentation must be true. The README's table is generated from values.yaml; the schema has the same values;
// every alert has a runbook, every runbook an alert, and every metric in a dashboard or alert exists in the code.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed partial class DocumentationTests
{
    [Fact]
    public async Task The_table_of_values_is_up_to_date()
    {
        var path = Repository.PathOf("helm", "mining", "README.md");
        var readme = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var (begin, end) = (readme.IndexOf(ValuesTable.Begin, StringComparison.Ordinal), readme.IndexOf(ValuesTable.End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"README.md has no place for the table between '{ValuesTable.Begin}' and '{ValuesTable.End}'.");
        var renewed = string.Concat(readme.AsSpan(0, begin), ValuesTable.Text(), readme.AsSpan(end + ValuesTable.End.Length));
        if (Environment.GetEnvironmentVariable("MINING_WRITE_README") == "1")
            await File.WriteAllTextAsync(path, renewed, TestContext.Current.CancellationToken);
        else
            Assert.True(renewed == readme, "helm/mining/README.md differs from values.yaml. Regenerate it: MINING_WRITE_README=1 ./dev test Deploy");
    }

    [Fact]
    public void Every_value_has_its_comment() =>
        Assert.All(ValuesTable.Rows().Where(row => row.Default.Length > 0), row => Assert.True(row.Comment.Length > 0, row.Path));

    [Fact]
    public void The_schema_lists_exactly_the_values()
    {
        var schema = JsonNode.Parse(Repository.Read("helm", "mining", "values.schema.json"))!.AsObject();
        var known = new List<string>();
        Walk(schema, "");
        var values = ValuesTable.Rows().Select(row => row.Path).ToHashSet();
        Assert.Equal(
            values.Where(path => !IsFree(path)).Order(StringComparer.Ordinal),
            known.Where(path => values.Contains(path) || !IsOptional(path)).Where(path => !IsFree(path)).Order(StringComparer.Ordinal));

        void Walk(JsonObject node, string path)
        {
            node = Resolve(node);
            if (path.Length > 0)
                known.Add(path);
            if (node["properties"] is not JsonObject properties)
                return;
            // Open only where other charts have their say.
            Assert.Equal(path == "global", (bool?)node["additionalProperties"] ?? true);
            foreach (var (name, property) in properties)
                Walk(property!.AsObject(), path.Length == 0 ? name : $"{path}.{name}");
        }

        JsonObject Resolve(JsonObject node) => node["$ref"] is { } reference
            ? schema["$defs"]![reference.ToString().Split('/')[^1]]!.AsObject()
            : node;

        // What overlays the defaults has their form; digests and limits are the operator's; a parent chart sets "enabled".
        static bool IsOptional(string path) => path.StartsWith("services.", StringComparison.Ordinal) || path == "enabled";
        static bool IsFree(string path) => path.Contains("esources.", StringComparison.Ordinal) || path.StartsWith("defaults.affinity.", StringComparison.Ordinal)
            || path.StartsWith("image.digests.", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_alert_has_a_runbook_and_every_runbook_an_alert()
    {
        var alerts = (await Alerts()).Select(alert => alert.Alert).ToList();
        var runbooks = Runbook().Matches(Repository.Read("docs", "operations.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.Equal(alerts.Order(StringComparer.Ordinal), runbooks.Order(StringComparer.Ordinal));
        Assert.All(await Alerts(), alert => Assert.EndsWith($"docs/operations.md#{alert.Alert.ToLowerInvariant()}", alert.Annotations["runbook_url"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dashboards_and_alerts_use_only_metrics_of_the_code()
    {
        var rendered = await Chart.Of("high-availability");
        var dashboard = rendered.One<V1ConfigMap>("-dashboard").Data["mining.json"];
        var expressions = JsonNode.Parse(dashboard)!["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!)
            .Concat((await Alerts()).Select(alert => alert.Expr));
        var used = expressions.SelectMany(expression => Metric().Matches(expression).Select(match => match.Value)).ToHashSet();
        var measured = CodeModel.Metrics.Select(metric => metric.Replace('.', '_')).ToHashSet();
        Assert.Contains("mining_commit_duration", measured);
        Assert.All(used, name => Assert.Contains(Suffix().Replace(name, ""), measured));
        // And whatever is measured can be seen.
        Assert.All(
            measured.Where(name => name != "mining_relay_parked"),
            name => Assert.Contains(name, used.Select(use => Suffix().Replace(use, ""))));
    }

    [Fact]
    public void Every_metric_is_documented() =>
        Assert.All(CodeModel.Metrics, metric => Assert.Contains($"`{metric}`", Repository.Read("docs", "observability.md"), StringComparison.Ordinal));

    [Fact]
    public async Task The_notes_say_how_to_reach_the_mesh_and_what_is_insecure()
    {
        var notes = await Notes(Chart.File("small"));
        Assert.Contains("http://mining-gateway.mining.svc.cluster.local:80", notes, StringComparison.Ordinal);
        Assert.Contains("create token mining-test --audience 'mining'", notes, StringComparison.Ordinal);
        Assert.Contains("helm test mining -n mining", notes, StringComparison.Ordinal);
        Assert.Contains("SQLite: the four volumes are the only copy", notes, StringComparison.Ordinal);
        Assert.Contains("The broker accepts messages from any client", notes, StringComparison.Ordinal);
        var auditorOnly = await Notes([.. Chart.File("small"), "--set", "tests.enabled=false"]);
        Assert.Contains("create token mining-verification --audience 'mining'", auditorOnly, StringComparison.Ordinal);
        Assert.DoesNotContain("helm test", auditorOnly, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_command_in_the_notes_names_existing_objects(string set)
    {
        var rendered = await Chart.Of(set);
        var notes = await Notes(Chart.ArgumentsOf(set));
        var accounts = rendered.All<V1ServiceAccount>().Select(account => account.Name()).ToList();
        Assert.All(TokenOf().Matches(notes), match => Assert.Contains(match.Groups[1].Value, accounts));
        var forward = Assert.Single(Forward().Matches(notes));
        var service = Assert.Single(rendered.All<V1Service>(), service => service.Name() == forward.Groups[1].Value);
        Assert.Contains(service.Spec.Ports, port => port.Name == "grpc" && $"{port.Port}" == forward.Groups[2].Value);
        // The certificate is good for the name inside the cluster, and the command line's default address has no TLS.
        var secret = rendered.ServicePod("gateway").Spec.Volumes.SingleOrDefault(volume => volume.Name == "tls")?.Secret.SecretName;
        var address = notes.Split('\n').SingleOrDefault(line => line.Contains("export MINING_ADDRESS=", StringComparison.Ordinal))?.Trim();
        Assert.Equal(secret is null ? null : $"export MINING_ADDRESS=https://{service.Name()}.{Chart.Namespace}.svc.cluster.local:18000", address);
        Assert.Equal(
            rendered.ServicePod("gateway").Spec.Containers[0].Env.Any(variable => variable.Name == "Mesh__Tls__CertificateAuthorityFile"),
            notes.Contains($"get secret {secret} ", StringComparison.Ordinal));
        Assert.Equal(rendered.Pods.Any(pod => pod.Component == "test"), notes.Contains("helm test", StringComparison.Ordinal));
        Assert.Single(TokenVariable().Matches(notes));
    }

    private static async Task<string> Notes(string[] arguments)
    {
        var answer = await Tool.Helm(["install", Chart.Release, Chart.Folder, "--namespace", Chart.Namespace, "--dry-run=client", .. arguments]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        return answer.Output[answer.Output.IndexOf("\nNOTES:", StringComparison.Ordinal)..];
    }

    private static async Task<List<AlertRule>> Alerts() =>
        [.. (await Chart.Of("high-availability")).One<PrometheusRule>().Spec.Groups.SelectMany(group => group.Rules)];

    [GeneratedRegex("^### (Mining[A-Za-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Runbook();

    [GeneratedRegex("create token ([^ ]+)")]
    private static partial Regex TokenOf();

    [GeneratedRegex("port-forward service/([^ ]+) 18000:([0-9]+)")]
    private static partial Regex Forward();

    [GeneratedRegex("export MINING_TOKEN=")]
    private static partial Regex TokenVariable();

    [GeneratedRegex("mining_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("(_seconds)?(_bucket|_count|_sum|_total)?$")]
    private static partial Regex Suffix();
}
