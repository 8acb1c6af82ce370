using System.Collections.Concurrent;
using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Mining.Deploy.Tests.Cluster;

/// <summary>
/// Reports each new pod as a node would if every container did what it should: a pod that ends has succeeded, any other is ready.
/// Without it no hook ends and nothing becomes ready. It runs nothing, so it shows nothing about the containers themselves.
/// </summary>
internal sealed class StandInKubelet : IAsyncDisposable
{
    private readonly Kubernetes client;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, string> ends = new();
    private readonly Task loop;

    public StandInKubelet(Kubernetes client)
    {
        this.client = client;
        loop = Task.Run(Watch);
    }

    /// <summary>From now on pods that end have failed, in this namespace.</summary>
    public void FailIn(string space) => ends[space] = "Failed";

    /// <summary>From now on pods that end still run, in this namespace.</summary>
    public void HoldIn(string space) => ends[space] = "Running";

    public void SucceedIn(string space) => ends.TryRemove(space, out _);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task Watch()
    {
        while (!stop.IsCancellationRequested)
        {
            // A watch that the server closes is opened again, and begins with all pods that are there.
            await foreach (var (type, pod) in client.CoreV1.WatchListPodForAllNamespacesAsync(cancellationToken: stop.Token))
            {
                if (type == WatchEventType.Added && pod.Status.Phase == "Pending")
                    await Report(pod);
            }
        }
    }

    private async Task Report(V1Pod pod)
    {
        var phase = pod.Spec.RestartPolicy == "Never" ? ends.GetValueOrDefault(pod.Namespace(), "Succeeded") : "Running";
        var time = pod.CreationTimestamp()!.Value;
        var condition = (string type) => new V1PodCondition { Type = type, Status = phase == "Running" ? "True" : "False", LastTransitionTime = time };
        pod.Status = new V1PodStatus
        {
            Phase = phase,
            StartTime = time,
            Conditions = [condition("Ready"), condition("ContainersReady")],
        };
        try
        {
            await client.CoreV1.PatchNamespacedPodStatusAsync(
                new V1Patch(new { status = pod.Status }, V1Patch.PatchType.MergePatch), pod.Name(), pod.Namespace(), cancellationToken: stop.Token);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Deleted meanwhile.
        }
    }
}
