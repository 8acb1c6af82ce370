using System.Diagnostics;
using System.Security.Cryptography;
using k8s;
using Mining.Deploy.Tests.Support;
using Mining.Testing;

[assembly: AssemblyFixture(typeof(Mining.Deploy.Tests.Cluster.ControlPlane))]

namespace Mining.Deploy.Tests.Cluster;

/// <summary>
/// A real Kubernetes API server and controller manager on etcd, with the CRDs applied and without nodes. The API accepts and refuses
/// objects as in a cluster, deployments become pods, and no container runs: <see cref="StandInKubelet"/> reports what a node would.
/// Started once for all tests, when the first one asks for it.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly Lazy<Task> start;
    private readonly List<ChildProcess> processes = [];
    private string folder = "";
    private Kubernetes? client;
    private StandInKubelet? kubelet;

    public ControlPlane() => start = new Lazy<Task>(Start);

    internal Kubernetes Client => client!;

    internal StandInKubelet Kubelet => kubelet!;

    /// <summary>What helm and kubectl need to reach this API.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["KUBECONFIG"] = Path.Combine(folder, "kubeconfig"),
        // Nothing of the developer's own helm or kubectl.
        ["HOME"] = folder,
    };

    internal Task<Answer> Helm(params string[] arguments) => Tool.Helm(Environment, arguments);

    internal Task<Answer> Kubectl(params string[] arguments) => Tool.Kubectl(Environment, arguments);

    /// <summary>Starts the control plane unless it was started. Skips or fails the test when a part of it is missing or does not start.</summary>
    internal async Task<ControlPlane> Ready()
    {
        await start.Value;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (kubelet is not null)
            await kubelet.DisposeAsync();
        client?.Dispose();
        foreach (var process in Enumerable.Reverse(processes))
            await process.DisposeAsync();
        if (folder.Length > 0)
            Directory.Delete(folder, recursive: true);
    }

    private async Task Start()
    {
        var (etcdProgram, apiProgram, managerProgram, crds) = (RealParts.Etcd, RealParts.ApiServer, RealParts.ControllerManager, RealParts.CrdFolder);
        folder = Directory.CreateTempSubdirectory("mining-cluster-").FullName;
        var (etcdPort, apiPort) = (ServiceProcess.FreePort(), ServiceProcess.FreePort());
        var key = await Write("service-accounts.key", ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportECPrivateKeyPem());
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var tokens = await Write("tokens.csv", $"{token},admin,admin,system:masters\n");
        var kubeconfig = await Write(
            "kubeconfig",
            $$"""
            apiVersion: v1
            kind: Config
            clusters:
              - name: test
                cluster: { server: "https://127.0.0.1:{{apiPort}}", insecure-skip-tls-verify: true }
            users:
              - name: admin
                user: { token: "{{token}}" }
            contexts:
              - name: test
                context: { cluster: test, user: admin }
            current-context: test
            """);

        var etcd = $"http://127.0.0.1:{etcdPort}";
        Launch(
            etcdProgram, "--data-dir", Path.Combine(folder, "etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
            "--listen-peer-urls", $"http://127.0.0.1:{ServiceProcess.FreePort()}", "--unsafe-no-fsync");
        var api = Launch(
            apiProgram, $"--etcd-servers={etcd}", "--bind-address=127.0.0.1", $"--secure-port={apiPort}",
            $"--cert-dir={Path.Combine(folder, "certificates")}", $"--token-auth-file={tokens}", "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.96.0.0/16", "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            $"--service-account-signing-key-file={key}", $"--service-account-key-file={key}",
            "--api-audiences=https://kubernetes.default.svc.cluster.local,mining");
        client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await Eventually.True(async () => api.HasEnded || await IsReady(), StartTimeout, () => $"The API server does not serve: {api.Tail}");
        Assert.False(api.HasEnded, $"The API server ended: {api.Tail}");
        Launch(
            managerProgram, $"--kubeconfig={kubeconfig}", "--bind-address=127.0.0.1",
            $"--secure-port={ServiceProcess.FreePort()}", $"--cert-dir={Path.Combine(folder, "certificates")}", "--leader-elect=false",
            "--use-service-account-credentials=false", $"--service-account-private-key-file={key}",
            // Every second instead of every 15: tests wait for the autoscaler.
            "--horizontal-pod-autoscaler-sync-period=1s");
        await Succeed(Kubectl("apply", "--server-side", "-f", crds));
        await Succeed(Kubectl("wait", "--for=condition=Established", "--all", "crd", "--timeout=60s"));
        kubelet = new StandInKubelet(client);
    }

    private async Task<bool> IsReady()
    {
        try
        {
            await client!.CoreV1.ReadNamespaceAsync("default", cancellationToken: TestContext.Current.CancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or k8s.Autorest.HttpOperationException)
        {
            return false;
        }
    }

    private static async Task Succeed(Task<Answer> command)
    {
        var answer = await command;
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
    }

    private async Task<string> Write(string name, string content)
    {
        var file = Path.Combine(folder, name);
        await File.WriteAllTextAsync(file, content);
        return file;
    }

    private ChildProcess Launch(string program, params string[] arguments)
    {
        var process = new ChildProcess();
        processes.Add(process);
        process.Launch(new ProcessStartInfo(program, arguments));
        return process;
    }
}
