// At stake: telemetry costs nothing unless it is collected, and is complete if it is.
using Mining.Platform.Hosting;
using Mining.Primitives.Settings;
using Mining.Testing;
using Xunit;

namespace Mining.Platform.Tests.Hosting;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Telemetry_is_collected_only_if_an_endpoint_is_configured(bool isAsked)
    {
        var builder = MeshService.CreateBuilder("projects", [.. TestIssuer.Arguments("projects"), .. isAsked ? (string[])["--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317"] : []]);
        Assert.Equal(isAsked, builder.Services.Any(service => service.ServiceType.FullName!.StartsWith("OpenTelemetry.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_replica_is_identified_by_host_and_port_or_by_its_settings()
    {
        Assert.Equal($"{Environment.MachineName}:18001", Replica("--Mesh:Listen=http://0.0.0.0:18001"));
        Assert.Equal("projects-0", Replica("--Mesh:Listen=http://0.0.0.0:18001", "--Mesh:Replica=projects-0"));
        Assert.Equal(ServiceIdentity.MaxReplicaLength, Replica($"--Mesh:Replica={new string('x', 500)}").Length);

        static string Replica(params string[] settings) => MeshService.CreateBuilder("projects", [.. TestIssuer.Arguments("projects"), .. settings]).Services
            .Select(service => service.ImplementationInstance).OfType<ServiceIdentity>().Single().Replica;
    }
}
