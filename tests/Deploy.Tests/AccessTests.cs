// At stake: external callers. A controller that uses the wrong protocol for the gateway answers 502 to everybody.
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class AccessTests
{
    private const string Protocol = "nginx.ingress.kubernetes.io/backend-protocol";

    [Theory]
    [InlineData("ingress and route", "GRPC", null)]
    [InlineData("TLS behind ingress and route", "GRPCS", "HTTPS")]
    public async Task An_ingress_uses_the_gateways_protocol(string set, string grpc, string? json)
    {
        var rendered = await Chart.Of(set);
        Assert.Equal(grpc, rendered.One<V1Ingress>("-grpc").Annotations()[Protocol]);
        Assert.Equal(json, rendered.One<V1Ingress>("-json").Annotations()?[Protocol]);
    }

    [Fact]
    public async Task Annotations_of_an_ingress_replace_the_charts_own()
    {
        var answer = await Chart.Template([.. Chart.ArgumentsOf("ingress and route"), "--set", $"ingress.grpc.annotations.{Protocol.Replace(".", "\\.", StringComparison.Ordinal)}=FCGI"]);
        Assert.Equal("FCGI", new Rendered("own", answer.Output).One<V1Ingress>("-grpc").Annotations()[Protocol]);
    }

    [Fact]
    public async Task A_route_verifies_the_certificate_of_a_gateway_with_TLS()
    {
        var rendered = await Chart.Of("TLS behind ingress and route");
        var policy = rendered.One<BackendTlsPolicy>().Spec;
        Assert.Equal(rendered.One<GrpcRoute>().Spec.Rules[0].BackendRefs[0].Name, Assert.Single(policy.TargetRefs).Name);
        Assert.Equal("mining-gateway.mining.svc.cluster.local", policy.Validation.Hostname);
        Assert.Equal("mining-authority", Assert.Single(policy.Validation.CaCertificateRefs!).Name);
        Assert.Empty((await Chart.Of("ingress and route")).All<BackendTlsPolicy>());
    }

    [Fact]
    public async Task A_public_authority_needs_no_config_map()
    {
        var answer = await Chart.Template(
            [.. Chart.ArgumentsOf("TLS behind ingress and route"), "--set", "tls.certificateAuthority=false,grpcRoute.certificateAuthorityConfigMap="]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        var validation = new Rendered("public", answer.Output).One<BackendTlsPolicy>().Spec.Validation;
        Assert.Equal(("System", null), (validation.WellKnownCACertificates, validation.CaCertificateRefs));
    }
}
