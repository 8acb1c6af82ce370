// At stake: access. The services' own code reads the settings that the chart renders: it must accept every issuer, role and subject, and
// the pods must run under the identities in the settings.
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using Mining.Deploy.Tests.Support;
using Mining.Platform.Hosting;
using Mining.Primitives.Settings;

namespace Mining.Deploy.Tests;

public sealed class IdentityTests
{
    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task The_services_accept_all_their_settings(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var (service, settings) in await SettingsOf(set))
        {
            var told = rendered.ServicePod(service).Spec.Containers[0].Env
                // A secret's value, and a file of the pod, are those of the test.
                .Select(variable => $"--{variable.Name.Replace("__", ":", StringComparison.Ordinal)}={variable.Value ?? "a secret of many characters"}")
                .Concat(Flat(settings).Select(entry => entry.Key.EndsWith("CertificateAuthorityFile", StringComparison.Ordinal)
                    ? $"--{entry.Key}={Repository.PathOf("LICENSE")}"
                    : $"--{entry.Key}={entry.Value}"))
                .Append("--environment=Production").Append("--hostBuilder:reloadConfigOnChange=false").ToList();
            Assert.Null(Record.Exception(() => MeshService.CreateBuilder(service, [.. told])));
            var refused = Assert.Throws<MisconfiguredException>(
                () => MeshService.CreateBuilder(service, [.. told, "--Mesh:Identity:Issuers:cluster:Services:stranger=subject"]));
            Assert.Contains("stranger is not a service", refused.Message, StringComparison.Ordinal);
        }

        static IEnumerable<KeyValuePair<string, string?>> Flat(JsonNode settings) => new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings.ToJsonString()))).Build().AsEnumerable().Where(entry => entry.Value is not null);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("high-availability")]
    public async Task A_values_file_trusts_no_issuer_by_default(string values)
    {
        // Anybody may register a name; whose tokens count, only the operator can say.
        var answer = await Chart.Template("--values", $"{Chart.Folder}/values/{values}.yaml");
        Assert.Contains("No caller could authenticate: list trusted token issuers in identity.issuers", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_removes_an_issuer_of_an_earlier_values_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, "identity: { issuers: { eu: null, us: { issuer: \"https://identity.us.example\" } } }", TestContext.Current.CancellationToken);
        var earlier = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            earlier, "identity: { issuers: { eu: { issuer: \"https://identity.eu.example\" } } }", TestContext.Current.CancellationToken);
        var answer = await Chart.Template("--values", $"{Chart.Folder}/values/standard.yaml", "--values", earlier, "--values", file);
        File.Delete(file);
        File.Delete(earlier);
        Assert.True(answer.ExitCode == 0, answer.Error);
        var settings = JsonNode.Parse(new Rendered("null", answer.Output).One<V1ConfigMap>("-settings").Data["gateway.json"])!;
        Assert.Equal(["cluster", "us"], settings["Mesh"]!["Identity"]!["Issuers"]!.AsObject().Select(issuer => issuer.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Each_pod_runs_under_the_identity_in_the_settings(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var (_, settings) in await SettingsOf(set))
        {
            var cluster = settings["Mesh"]!["Identity"]!["Issuers"]!["cluster"]!;
            foreach (var service in CodeModel.Services)
                Assert.Equal(Subject(rendered.ServicePod(service)), (string?)cluster["Services"]![service]);
            var tests = rendered.Pods.Where(pod => pod.Component == "test").Select(Subject).Distinct().SingleOrDefault();
            Assert.Equal(tests, (string?)cluster["Roles"]?["officer"]);
            // Without the test nobody of the cluster writes for a side.
            Assert.Equal(tests is not null, cluster["Sides"] is not null);
            Assert.Equal(rendered.Pods.SingleOrDefault(pod => pod.Component == "verification") is { } pod ? Subject(pod) : null, (string?)cluster["Roles"]?["auditor"]);
        }

        static string Subject(Pod pod) => $"system:serviceaccount:{Chart.Namespace}:{pod.Spec.ServiceAccountName}";
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Each_token_has_this_meshs_audience_and_the_path_that_its_process_reads(string set)
    {
        var rendered = await Chart.Of(set);
        var audience = (string?)(await SettingsOf(set))[0].Settings["Mesh"]!["Identity"]!["Issuers"]!["cluster"]!["Audience"];
        foreach (var pod in rendered.Pods.Where(pod => pod.Component != "migration"))
        {
            var container = Assert.Single(pod.Spec.Containers);
            var token = Assert.Single(pod.Spec.Volumes, volume => volume.Name == "token").Projected.Sources.Single().ServiceAccountToken;
            Assert.Equal(audience, token.Audience);
            var path = $"{container.VolumeMounts.Single(mount => mount.Name == "token").MountPath}/{token.Path}";
            var told = container.Env.SingleOrDefault(variable => variable.Name == "Mesh__Identity__TokenFile")?.Value
                ?? container.Args[container.Args.IndexOf("--token-file") + 1];
            Assert.Equal(path, told);
        }
    }

    private static async Task<List<(string Service, JsonNode Settings)>> SettingsOf(string set) =>
        [.. (await Chart.Of(set)).One<V1ConfigMap>("-settings").Data.Select(file => (file.Key[..^".json".Length], JsonNode.Parse(file.Value)!))];
}
