// At stake: no secret may be readable in a log, an error, a trace or a copy of a database. Each secret of a mesh is a unique word; after
// valid and invalid calls, all output and all answers are searched for these words.
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Mining.Mesh.Tests.Tracing;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hardening;

public sealed class SecretTests
{
    private const string AppToken = MeshProcesses.AppApiToken;
    private const string PageTokenKey = "canary-of-the-page-token-key";
    private const string Password = "canary-of-a-password-in-an-address";
    private const string Forged = "canary-of-a-forged-token";

    [Fact]
    public async Task No_secret_appears_in_logs_files_or_answers()
    {
        await using var collector = new Collector();
        await collector.Start();
        await using var mesh = new MeshProcesses();
        foreach (var service in mesh.Services)
        {
            service.Set("Mesh__PageTokenKey", PageTokenKey);
            service.Set("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address);
            service.Set("OTEL_EXPORTER_OTLP_HEADERS", $"authorization={Password}");
        }

        await mesh.Start();
        var token = TestIssuer.Shared.TokenFor(TestIssuer.Developer with { Name = "canary-caller" });
        var answers = new List<string>();
        using var good = TestIssuer.ChannelWith(mesh.Gateway.Address, token);
        for (var i = 0; i < 3; i++)
        {
            answers.Add((await new ProjectService.ProjectServiceClient(good).CreateProjectAsync(
                new() { ProjectId = $"p-{i}", RequestId = $"r-{i}", Project = new Project { DisplayName = "A", Country = "FR", Kinds = { ProjectKind.Mining } } })).ToString());
        }

        answers.Add((await new ProjectService.ProjectServiceClient(good).ListProjectsAsync(new() { PageSize = 1 })).ToString());
        answers.Add(await Said(() => new ProjectService.ProjectServiceClient(good).GetProjectAsync(new() { Name = "projects/none" }).ResponseAsync));
        answers.Add(await Said(() => new ProjectService.ProjectServiceClient(good).CreateProjectAsync(new() { ProjectId = "-" }).ResponseAsync));
        var parts = token.Split('.');
        foreach (var bad in (string[])[Forged, $"{parts[0]}.{parts[1]}.{Forged}", TestIssuer.Shared.TokenFor(TestIssuer.Developer, made => made.Audience = "elsewhere")])
        {
            using var channel = TestIssuer.ChannelWith(mesh.Gateway.Address, bad);
            answers.Add(await Said(() => new PortfolioService.PortfolioServiceClient(channel).GetPortfolioSummaryAsync(new()).ResponseAsync));
        }

        await mesh.CaughtUp();
        await mesh.Sidecar.Kill();
        await Eventually.True(() => Task.FromResult(collector.Spans.Count > 0), TimeSpan.FromSeconds(20), () => "no span arrived");
        var commandLines = mesh.Services.Select(service => File.ReadAllText($"/proc/{service.Process.Id}/cmdline")).ToList();
        foreach (var service in mesh.Services)
            await service.Stop();

        var written = new Dictionary<string, string>
        {
            ["logs"] = mesh.Log,
            ["answers"] = string.Join('\n', answers),
            ["traces"] = string.Join('\n', collector.Spans),
            ["exported logs"] = string.Join('\n', collector.Logs),
            ["command lines"] = string.Join('\n', commandLines),
        };
        foreach (var service in mesh.Services)
        {
            foreach (var file in Directory.EnumerateFiles(service.Folder, "*.db*"))
                written[$"{service.Name}: {Path.GetFileName(file)}"] = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
        }

        Assert.Contains("canary-caller", written["projects: projects.db"], StringComparison.Ordinal); // proves that the search works
        var own = await File.ReadAllTextAsync(Path.Combine(mesh.Gateway.Folder, "gateway.token"));
        var secrets = new Dictionary<string, string>
        {
            ["the sidecar's token"] = AppToken,
            ["the key of page tokens"] = PageTokenKey,
            ["a header of the exporter"] = Password,
            ["a forged token"] = Forged,
            ["the caller's token"] = parts[2],
            ["the gateway's own token"] = own.Split('.')[2],
        };
        foreach (var service in mesh.Owners)
        {
            var pem = await File.ReadAllTextAsync(Assert.Single(Directory.EnumerateFiles(service.Folder, "*.pem")));
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            secrets[$"the signing key of {service.Name}, as text"] = pem.Split('\n')[1];
            secrets[$"the signing key of {service.Name}, as bytes"] = Encoding.Latin1.GetString(key.ExportParameters(includePrivateParameters: true).D!);
        }

        var found = from secret in secrets
                    from place in written
                    where place.Value.Contains(secret.Value, StringComparison.Ordinal)
                    select $"{secret.Key} in {place.Key}";
        Assert.Empty(found);
    }

    private static async Task<string> Said<T>(Func<Task<T>> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call());
        return $"{refused.Status} {string.Join(' ', refused.Trailers.Select(entry => entry.IsBinary ? Encoding.Latin1.GetString(entry.ValueBytes) : entry.Value))}";
    }
}
