using k8s;
using k8s.Models;

// What Dapr, the Gateway API, and the Prometheus operator understand, as far as the chart uses it. A field that is not here is
// refused: strictly read, a misspelt one is found.
namespace Mining.Deploy.Tests.Support;

internal abstract class Custom : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}

internal sealed class DaprComponent : Custom
{
    public List<string> Scopes { get; set; } = [];

    public DaprComponentSpec Spec { get; set; } = new();
}

internal sealed class DaprComponentSpec
{
    public string Type { get; set; } = "";

    public string Version { get; set; } = "";

    public bool IgnoreErrors { get; set; }

    public string InitTimeout { get; set; } = "";

    public List<DaprMetadata> Metadata { get; set; } = [];
}

internal sealed class DaprMetadata
{
    public string Name { get; set; } = "";

    public string? Value { get; set; }

    public V1SecretKeySelector? SecretKeyRef { get; set; }
}

internal sealed class DaprConfiguration : Custom
{
    public DaprConfigurationSpec Spec { get; set; } = new();
}

internal sealed class DaprConfigurationSpec
{
    public DaprTracing? Tracing { get; set; }

    public DaprEnabled? Metric { get; set; }

    public DaprAccessControl? AccessControl { get; set; }

    public DaprApi? Api { get; set; }
}

internal sealed class DaprTracing
{
    public string SamplingRate { get; set; } = "";

    public DaprOtel? Otel { get; set; }
}

internal sealed class DaprOtel
{
    public string EndpointAddress { get; set; } = "";

    public bool IsSecure { get; set; }

    public string Protocol { get; set; } = "";
}

internal sealed class DaprEnabled
{
    public bool Enabled { get; set; }
}

internal sealed class DaprAccessControl
{
    public string DefaultAction { get; set; } = "";

    public string TrustDomain { get; set; } = "";
}

internal sealed class DaprApi
{
    public List<DaprApiRule> Allowed { get; set; } = [];
}

internal sealed class DaprApiRule
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    public string Protocol { get; set; } = "";
}

internal sealed class DaprResiliency : Custom
{
    public List<string> Scopes { get; set; } = [];

    public DaprResiliencySpec Spec { get; set; } = new();
}

internal sealed class DaprResiliencySpec
{
    public DaprPolicies Policies { get; set; } = new();

    public DaprTargets Targets { get; set; } = new();
}

internal sealed class DaprPolicies
{
    public Dictionary<string, string> Timeouts { get; set; } = [];

    public Dictionary<string, DaprRetry> Retries { get; set; } = [];
}

internal sealed class DaprRetry
{
    public string Policy { get; set; } = "";

    public string? Duration { get; set; }

    public string? MaxInterval { get; set; }

    public int MaxRetries { get; set; }
}

internal sealed class DaprTargets
{
    public Dictionary<string, DaprComponentTarget> Components { get; set; } = [];
}

internal sealed class DaprComponentTarget
{
    public DaprTarget Inbound { get; set; } = new();

    public DaprTarget Outbound { get; set; } = new();
}

internal sealed class DaprTarget
{
    public string Timeout { get; set; } = "";

    public string Retry { get; set; } = "";
}

internal sealed class GrpcRoute : Custom
{
    public GrpcRouteSpec Spec { get; set; } = new();
}

internal sealed class GrpcRouteSpec
{
    public List<Dictionary<string, string>> ParentRefs { get; set; } = [];

    public List<string> Hostnames { get; set; } = [];

    public List<GrpcRouteRule> Rules { get; set; } = [];
}

internal sealed class GrpcRouteRule
{
    public List<GrpcBackend> BackendRefs { get; set; } = [];
}

internal sealed class GrpcBackend
{
    public string Name { get; set; } = "";

    public int Port { get; set; }
}

internal sealed class BackendTlsPolicy : Custom
{
    public BackendTlsPolicySpec Spec { get; set; } = new();
}

internal sealed class BackendTlsPolicySpec
{
    public List<LocalReference> TargetRefs { get; set; } = [];

    public BackendTlsValidation Validation { get; set; } = new();
}

internal sealed class BackendTlsValidation
{
    public string Hostname { get; set; } = "";

    public List<LocalReference>? CaCertificateRefs { get; set; }

    public string? WellKnownCACertificates { get; set; }
}

internal sealed class LocalReference
{
    public string Group { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Name { get; set; } = "";
}

internal sealed class ServiceMonitor : Custom
{
    public ServiceMonitorSpec Spec { get; set; } = new();
}

internal sealed class ServiceMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public MatchedNamespaces NamespaceSelector { get; set; } = new();

    public List<string> TargetLabels { get; set; } = [];

    public List<ScrapeEndpoint> Endpoints { get; set; } = [];
}

internal sealed class MatchedNamespaces
{
    public List<string> MatchNames { get; set; } = [];
}

internal sealed class ScrapeEndpoint
{
    public string Port { get; set; } = "";

    public string Interval { get; set; } = "";
}

internal sealed class PrometheusRule : Custom
{
    public PrometheusRuleSpec Spec { get; set; } = new();
}

internal sealed class PrometheusRuleSpec
{
    public List<RuleGroup> Groups { get; set; } = [];
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public List<AlertRule> Rules { get; set; } = [];
}

internal sealed class AlertRule
{
    public string Alert { get; set; } = "";

    public string Expr { get; set; } = "";

    public string For { get; set; } = "";

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}
