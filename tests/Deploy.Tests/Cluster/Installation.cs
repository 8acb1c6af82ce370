using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;
using Mining.Testing;

namespace Mining.Deploy.Tests.Cluster;

/// <summary>A namespace of its own for one test, as k8s/namespace makes it (restricted pods only), and one release of the chart in it.</summary>
internal sealed class Installation(ControlPlane cluster, string space) : IAsyncDisposable
{
    /// <summary>Every resource kind that the chart creates, and the kinds that controllers create from those.</summary>
    public const string Kinds = "deployments,replicasets,pods,jobs,cronjobs,services,configmaps,serviceaccounts,persistentvolumeclaims,networkpolicies,"
        + "horizontalpodautoscalers,poddisruptionbudgets,ingresses,grpcroutes,components,configurations,resiliencies,servicemonitors,prometheusrules";

    private static readonly TimeSpan PodTimeout = TimeSpan.FromSeconds(60);
    private static int count;

    public string Namespace => space;

    public ControlPlane Cluster => cluster;

    public static async Task<Installation> Create(ControlPlane cluster)
    {
        await cluster.Ready();
        var space = KubernetesYaml.Deserialize<V1Namespace>(Repository.Read("k8s", "namespace", "namespace.yaml"));
        space.Metadata.Name = $"mining-{Interlocked.Increment(ref count)}";
        await cluster.Client.CoreV1.CreateNamespaceAsync(space);
        return new Installation(cluster, space.Name());
    }

    /// <summary>Installs or upgrades; the API must accept every object without a warning.</summary>
    public async Task Upgrade(params string[] arguments) => AcceptedWithoutWarning(await TryUpgrade(arguments));

    public Task<Answer> TryUpgrade(params string[] arguments) =>
        cluster.Helm(["upgrade", "--install", Chart.Release, Chart.Folder, "--namespace", space, .. arguments]);

    public async Task Helm(string command, params string[] arguments) => AcceptedWithoutWarning(await TryHelm(command, arguments));

    /// <summary>Runs a helm command on the release: rollback, uninstall, test.</summary>
    public Task<Answer> TryHelm(string command, params string[] arguments) => cluster.Helm([command, Chart.Release, .. arguments, "--namespace", space]);

    public async Task<IReadOnlyList<V1Deployment>> Deployments() => [.. (await cluster.Client.AppsV1.ListNamespacedDeploymentAsync(space)).Items];

    public async Task<IReadOnlyList<V1Pod>> Pods() => [.. (await cluster.Client.CoreV1.ListNamespacedPodAsync(space)).Items];

    /// <summary>Waits until the controllers have made a pod of every deployment's newest template, or all of them; answers the pods there are.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsOfDeployments(bool all = true)
    {
        var waiting = "";
        await Eventually.True(
            async () =>
            {
                var behind = (await Deployments()).Where(deployment => deployment.Status.ObservedGeneration != deployment.Metadata.Generation
                    || (all && (deployment.Status.UpdatedReplicas != deployment.Spec.Replicas
                        || deployment.Status.ReadyReplicas != deployment.Spec.Replicas || deployment.Status.Replicas != deployment.Spec.Replicas))
                    || (deployment.Status.UpdatedReplicas ?? 0) == 0).ToList();
                waiting = string.Join('\n', behind.SelectMany(deployment => deployment.Status.Conditions ?? [], (deployment, condition) =>
                    $"{deployment.Name()}: {condition.Type} {condition.Status} {condition.Message}"));
                return behind.Count == 0;
            },
            PodTimeout,
            () => $"A deployment has not all its pods. {waiting}");
        return [.. (await Pods()).Where(pod => pod.OwnerReferences()?.Any(owner => owner.Kind == "ReplicaSet") == true)];
    }

    /// <summary>Everything in the namespace that the release made or left, as kind/name.</summary>
    public async Task<IReadOnlyList<string>> Objects()
    {
        var answer = await cluster.Kubectl("get", Kinds, "--namespace", space, "--selector", $"app.kubernetes.io/instance={Chart.Release}", "--output", "name");
        Assert.True(answer.ExitCode == 0, answer.Error);
        return answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Deletes the namespace; the controller manager removes what is in it, while other tests go on.</summary>
    public async ValueTask DisposeAsync() => await cluster.Client.CoreV1.DeleteNamespaceAsync(space);

    // helm writes each warning of the API to its standard error, and nothing else when all went well.
    private static void AcceptedWithoutWarning(Answer answer)
    {
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        Assert.Equal("", answer.Error);
    }
}
