using k8s;
using k8s.Models;

namespace Mining.Deploy.Tests.Support;

/// <summary>A pod that some object makes: what its owner is called, and what the pod will be.</summary>
internal sealed record Pod(string Owner, IDictionary<string, string> Labels, IDictionary<string, string> Annotations, V1PodSpec Spec)
{
    public override string ToString() => Owner;

    public string? Component => Labels.TryGetValue("app.kubernetes.io/component", out var component) ? component : null;
}

/// <summary>Objects as a cluster would read them: each strictly, into its own type.</summary>
internal sealed class Rendered(string name, string text)
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["dapr.io/v1alpha1/Component"] = typeof(DaprComponent),
        ["dapr.io/v1alpha1/Configuration"] = typeof(DaprConfiguration),
        ["dapr.io/v1alpha1/Resiliency"] = typeof(DaprResiliency),
        ["gateway.networking.k8s.io/v1/GRPCRoute"] = typeof(GrpcRoute),
        ["gateway.networking.k8s.io/v1/BackendTLSPolicy"] = typeof(BackendTlsPolicy),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
    };

    public string Name => name;

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; } =
        [.. KubernetesYaml.LoadAllFromString(text, Types, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];

    /// <summary>Every pod that would run, of whatever makes pods.</summary>
    public IReadOnlyList<Pod> Pods => [.. Objects.Select(PodOf).OfType<Pod>()];

    public IReadOnlyList<T> All<T>() => [.. Objects.OfType<T>()];

    public T One<T>(string suffix = "")
        where T : IKubernetesObject<V1ObjectMeta> =>
        Assert.Single(Objects.OfType<T>(), found => found.Metadata.Name.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>The pod of one of the four services.</summary>
    public Pod ServicePod(string service) =>
        Assert.Single(Pods, pod => pod.Component == service && pod.Annotations.TryGetValue("dapr.io/app-id", out _));

    public override string ToString() => Name;

    private static Pod? PodOf(IKubernetesObject<V1ObjectMeta> made) => made switch
    {
        V1Deployment deployment => Of(deployment, deployment.Spec.Template),
        V1StatefulSet set => Of(set, set.Spec.Template),
        V1Job job => Of(job, job.Spec.Template),
        V1CronJob job => Of(job, job.Spec.JobTemplate.Spec.Template),
        V1Pod pod => new Pod($"Pod {pod.Name()}", Of(pod.Labels()), Of(pod.Annotations()), pod.Spec),
        _ => null,
    };

    private static Pod Of(IKubernetesObject<V1ObjectMeta> owner, V1PodTemplateSpec template) =>
        new($"{owner.Kind} {owner.Metadata.Name}", Of(template.Metadata.Labels), Of(template.Metadata.Annotations), template.Spec);

    private static IDictionary<string, string> Of(IDictionary<string, string>? entries) => entries ?? new Dictionary<string, string>();
}

/// <summary>Whether labels are what a selector looks for.</summary>
internal static class Selection
{
    public static bool Matches(this V1LabelSelector? selector, IDictionary<string, string> labels) =>
        selector is not null
        && Has(labels, selector.MatchLabels)
        && selector.MatchExpressions is null or { Count: 0 };

    public static bool Has(IDictionary<string, string> labels, IDictionary<string, string>? wanted) =>
        wanted is null || wanted.All(entry => labels.TryGetValue(entry.Key, out var value) && value == entry.Value);
}
