using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mining.Deploy.Tests.Support;

/// <summary>
/// A registry on loopback with one image, base:1, for both architectures: as much of a base image as the SDK needs to put a program on.
/// </summary>
internal sealed class BaseImageRegistry : IAsyncDisposable
{
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";
    private const string ManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    private readonly ConcurrentDictionary<string, (string Type, byte[] Content)> contents = new();
    private readonly WebApplication app;

    private BaseImageRegistry(WebApplication app) => this.app = app;

    /// <summary>What to give as base image.</summary>
    public string Image => $"localhost:{new Uri(app.Urls.Single()).Port}/base:1";

    public static async Task<BaseImageRegistry> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var registry = new BaseImageRegistry(builder.Build());
        registry.MakeImage();
        registry.app.Run(registry.Answer);
        await registry.app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var last = context.Request.Path.Value!.Split('/')[^1];
        if (last.Length == 0)
            return;
        if (!contents.TryGetValue(last, out var found))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = found.Type;
        context.Response.ContentLength = found.Content.Length;
        context.Response.Headers["Docker-Content-Digest"] = Digest(found.Content);
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(found.Content);
    }

    private void MakeImage()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "base.txt") { DataStream = new MemoryStream("base"u8.ToArray()) });
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(tar.ToArray());

        var layer = Part("application/vnd.docker.image.rootfs.diff.tar.gzip", packed.ToArray());
        var manifests = new JsonArray();
        foreach (var architecture in (string[])["amd64", "arm64"])
        {
            var configuration = Part("application/vnd.docker.container.image.v1+json", Bytes(new JsonObject
            {
                ["architecture"] = architecture,
                ["os"] = "linux",
                ["config"] = new JsonObject { ["User"] = "1654", ["Env"] = new JsonArray("APP_UID=1654") },
                ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(tar.ToArray())) },
                ["history"] = new JsonArray(new JsonObject { ["created"] = "2026-01-01T00:00:00Z" }),
            }));
            var manifest = Part(Manifest, Bytes(new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = Manifest,
                ["config"] = configuration,
                ["layers"] = new JsonArray(layer.DeepClone()),
            }));
            manifest["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
            manifests.Add(manifest);
        }

        contents["1"] = (ManifestList, Bytes(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = ManifestList, ["manifests"] = manifests }));
    }

    /// <summary>Keeps a content, and answers how a manifest refers to it.</summary>
    private JsonObject Part(string type, byte[] content)
    {
        contents[Digest(content)] = (type, content);
        return new JsonObject { ["mediaType"] = type, ["size"] = content.Length, ["digest"] = Digest(content) };
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static byte[] Bytes(JsonObject node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
