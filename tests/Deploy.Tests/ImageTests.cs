// At stake: images without a Dockerfile depend on their build properties. ./dev images runs on a one-line program with a base image from a
// loopback registry, and the tarball is read; without the base image it must report that, not a stack trace.
using System.Formats.Tar;
using System.Text.Json.Nodes;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

[Collection(nameof(ImageTests))]
public sealed class ImageTests
{
    [Fact]
    public async Task A_failed_pull_of_a_base_image_is_reported_in_one_sentence()
    {
        await using var registry = await BaseImageRegistry.Start();
        var image = registry.Image.Replace("base:1", "base:absent", StringComparison.Ordinal);
        var answer = await Dev("--check-base", "--base", image);
        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith($"The base image {image} cannot be pulled: ", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Error, StringComparison.Ordinal);
        Assert.Single(answer.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task An_image_is_multi_architecture_runs_as_non_root_and_is_labelled()
    {
        await using var registry = await BaseImageRegistry.Start();
        var answer = await Dev("--check-base", "--base", registry.Image);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        var image = Read(Repository.PathOf(".build", "images", "base", "mining-probe.tar.gz"));
        var index = Of(Json(image, "index.json")["manifests"]![0]!);
        Assert.Equal(
            ["linux/amd64", "linux/arm64"],
            index["manifests"]!.AsArray().Select(entry => $"{entry!["platform"]!["os"]}/{entry["platform"]!["architecture"]}").Order(StringComparer.Ordinal));
        foreach (var manifest in index["manifests"]!.AsArray())
        {
            var configuration = Of(Of(manifest!)["config"]!)["config"]!;
            Assert.Equal("1654", (string?)configuration["User"]);
            Assert.Equal(["dotnet", "/app/Mining.Probe.dll"], configuration["Entrypoint"]!.AsArray().Select(part => (string)part!));
            var labels = configuration["Labels"]!;
            Assert.Equal("The mining investment mesh, probe", (string?)labels["org.opencontainers.image.title"]);
            Assert.Equal("MIT", (string?)labels["org.opencontainers.image.licenses"]);
            Assert.NotNull(labels["org.opencontainers.image.version"]);
            Assert.NotNull(labels["org.opencontainers.image.base.digest"]);
        }

        JsonNode Of(JsonNode reference) => Json(image, $"blobs/sha256/{((string)reference["digest"]!)[7..]}");
    }

    [Fact]
    public async Task The_images_are_the_ones_that_the_chart_runs()
    {
        var rendered = await Chart.Of("standard");
        var script = Repository.Read("services", "images");
        var built = System.Text.RegularExpressions.Regex.Match(script, "for project in ([A-Za-z ]+); do\\n  name=mining-").Groups[1].Value
            .Split(' ').Select(project => $"mining-{project.ToLowerInvariant()}");
        var run = rendered.Pods.SelectMany(pod => pod.Spec.Containers).Select(container => container.Image.Split(':')[0]).Distinct();
        Assert.Equal(built.Order(StringComparer.Ordinal), run.Order(StringComparer.Ordinal));
        // The user of the base image is the one that the pods demand.
        Assert.All(rendered.Pods, pod => Assert.Equal(1654, pod.Spec.SecurityContext.RunAsUser));
    }

    [Fact]
    public async Task An_unknown_argument_is_reported()
    {
        Assert.Contains("./dev images needs --archive DIR", (await Dev()).Error, StringComparison.Ordinal);
        Assert.Contains("./dev images does not know --push.", (await Dev("--push")).Error, StringComparison.Ordinal);
        Assert.Contains("--archive needs a folder.", (await Dev("--archive")).Error, StringComparison.Ordinal);
    }

    private static Task<Answer> Dev(params string[] arguments) => Tool.Run(Repository.PathOf("dev"), ["images", .. arguments]);

    private static Dictionary<string, byte[]> Read(string archive)
    {
        var entries = new Dictionary<string, byte[]>();
        using var tar = new TarReader(File.OpenRead(archive));
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is null)
                continue;
            using var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            entries[entry.Name] = content.ToArray();
        }

        return entries;
    }

    private static JsonNode Json(Dictionary<string, byte[]> entries, string name) => JsonNode.Parse(entries[name])!;
}
