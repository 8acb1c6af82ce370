// At stake: no call may be read or changed on its way, and a service must accept calls from its peers only. Real processes with test
// certificates: encrypted, with certificates on both ends, and replaced without a restart.
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hardening;

public sealed class TlsTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string folder = Directory.CreateTempSubdirectory("mining-tls-").FullName;
    private readonly X509Certificate2 authority = Authority("mesh");

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Services_and_clients_use_mutual_TLS()
    {
        var files = Write("first");
        var port = ServiceProcess.FreePort();
        await using var projects = new ServiceProcess("projects", Settings(files, $"https://127.0.0.1:{port}"));
        await using var refining = new ServiceProcess("refining", new Dictionary<string, string>
        {
            ["Mesh__Tls__CertificateFile"] = files.Certificate,
            ["Mesh__Tls__KeyFile"] = files.Key,
            ["Mesh__Tls__CertificateAuthorityFile"] = files.Authority,
            ["Mesh__Services__projects"] = $"https://127.0.0.1:{port}",
        });
        projects.Launch();
        await refining.Start();
        using var client = Issue("client", authority);
        using var channel = Channel(port, client);
        await Serves(channel);
        await new ProjectService.ProjectServiceClient(channel).CreateProjectAsync(
            new() { ProjectId = "mine", Project = new Project { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining } } });

        // Refining has not received the project, so it asks projects over TLS.
        var facility = new Facility { DisplayName = "A smelter", Country = "DE", Capacities = { new Capacity { Mineral = "tin", TonnesPerYear = new() { Value = "9" } } } };
        var refiner = new RefiningService.RefiningServiceClient(refining.Channel);
        await refiner.CreateFacilityAsync(new() { FacilityId = "smelter", Facility = facility });
        var claim = new Reservation { Facility = "facilities/smelter", Project = "projects/mine", Mineral = "tin", TonnesPerYear = new() { Value = "1" }, FromYear = 2030, ToYear = 2030 };
        await refiner.ReserveCapacityAsync(new() { ReservationId = "r", Reservation = claim });

        // A caller without a certificate, with one of another authority, or in cleartext cannot make a call.
        using var stranger = Authority("stranger");
        using var forged = Issue("client", stranger);
        foreach (var certificate in (X509Certificate2?[])[null, forged])
        {
            using var refused = Channel(port, certificate);
            var exception = await Assert.ThrowsAsync<RpcException>(() => new ProjectService.ProjectServiceClient(refused).ListMineralsAsync(new()).ResponseAsync);
            Assert.Contains(exception.StatusCode, (StatusCode[])[StatusCode.Unavailable, StatusCode.Internal]);
        }

        using var clear = TestIssuer.Channel($"http://127.0.0.1:{port}");
        await Assert.ThrowsAsync<RpcException>(() => new ProjectService.ProjectServiceClient(clear).ListMineralsAsync(new()).ResponseAsync);
    }

    [Fact]
    public async Task A_new_certificate_is_used_without_a_restart_and_a_broken_one_is_ignored()
    {
        var files = Write("first");
        var port = ServiceProcess.FreePort();
        await using var projects = new ServiceProcess("projects", Settings(files, $"https://127.0.0.1:{port}"));
        projects.Launch();
        using var client = Issue("client", authority);
        using (var channel = Channel(port, client))
            await Serves(channel);
        Assert.Equal("CN=first", await Presented(port, client));

        await File.WriteAllTextAsync(files.Certificate, "half a certificate");
        // It checks its files when a client connects.
        await Eventually.True(
            async () =>
            {
                Assert.Equal("CN=first", await Presented(port, client));
                return projects.Log.Contains("the previous ones stay in use", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(40),
            () => projects.Log);

        Write("second");
        await Eventually.True(async () => await Presented(port, client) == "CN=second", TimeSpan.FromSeconds(40), () => projects.Log);
    }

    private static Dictionary<string, string> Settings((string Certificate, string Key, string Authority) files, string listen) => new()
    {
        ["Mesh__Listen"] = listen,
        ["Mesh__Tls__CertificateFile"] = files.Certificate,
        ["Mesh__Tls__KeyFile"] = files.Key,
        ["Mesh__Tls__ClientCertificateAuthorityFile"] = files.Authority,
    };

    private static Task Serves(GrpcChannel channel) => Eventually.True(
        async () => (await new Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new())).Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving,
        TimeSpan.FromSeconds(60),
        () => "the service does not serve over TLS");

    /// <summary>The subject of the service's certificate.</summary>
    private static async Task<string> Presented(int port, X509Certificate2 client)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(tcp.GetStream());
        var subject = "";
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = [client],
            RemoteCertificateValidationCallback = (_, presented, _, _) => (subject = presented?.Subject ?? "").Length > 0,
        });
        return subject;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(2));
    }

    private static X509Certificate2 Issue(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.Create(authority, Now.AddHours(-1), Now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return made.CopyWithPrivateKey(key);
    }

    private GrpcChannel Channel(int port, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build((X509Certificate2)presented!);
        };
        if (certificate is not null)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return GrpcChannel.ForAddress($"https://127.0.0.1:{port}", new GrpcChannelOptions
        {
            HttpClient = new HttpClient(handler) { DefaultRequestHeaders = { Authorization = new("Bearer", TestIssuer.Shared.TokenFor(TestIssuer.Developer)) } },
            DisposeHttpClient = true,
        });
    }

    private (string Certificate, string Key, string Authority) Write(string name)
    {
        var files = (Certificate: Path.Combine(folder, "tls.crt"), Key: Path.Combine(folder, "tls.key"), Authority: Path.Combine(folder, "ca.crt"));
        using var certificate = Issue(name, authority);
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(files.Authority, authority.ExportCertificatePem());
        return files;
    }
}
