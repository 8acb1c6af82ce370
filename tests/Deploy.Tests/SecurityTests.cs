// At stake: a namespace that enforces the restricted pod security standard accepts every pod of the chart, and no pod has needless
// privileges. The rules are those of the standard (kubernetes.io, Pod Security Standards, restricted).
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class SecurityTests
{
    private static readonly string[] VolumesAllowed =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_pod_meets_the_restricted_standard(string set)
    {
        foreach (var pod in (await Chart.Of(set)).Pods)
        {
            var spec = pod.Spec;
            Assert.True(spec.HostNetwork is null or false && spec.HostPID is null or false && spec.HostIPC is null or false, pod.Owner);
            Assert.True(spec.SecurityContext.RunAsNonRoot, pod.Owner);
            Assert.NotEqual(0, spec.SecurityContext.RunAsUser);
            Assert.Equal("RuntimeDefault", spec.SecurityContext.SeccompProfile.Type);
            Assert.Empty(spec.SecurityContext.Sysctls ?? []);
            Assert.All(spec.Containers.Concat(spec.InitContainers ?? []), container =>
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation ?? true);
                Assert.False(container.SecurityContext.Privileged ?? false);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.Empty(container.SecurityContext.Capabilities.Add ?? []);
                Assert.All(container.Ports ?? [], port => Assert.Null(port.HostPort));
            });
            Assert.All(spec.Volumes ?? [], volume => Assert.Contains(KindOf(volume), VolumesAllowed));
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_pod_has_a_read_only_file_system_memory_limits_and_no_cluster_API_token(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var pod in rendered.Pods)
        {
            Assert.False(pod.Spec.AutomountServiceAccountToken ?? true, pod.Owner);
            Assert.False(pod.Spec.EnableServiceLinks ?? true, pod.Owner);
            Assert.All(pod.Spec.Containers, container =>
            {
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem, pod.Owner);
                Assert.NotNull(container.Resources.Requests["memory"]);
                Assert.NotNull(container.Resources.Limits["memory"]);
                Assert.DoesNotContain(":latest", container.Image, StringComparison.Ordinal);
                Assert.Matches("[:@]", container.Image);
            });
        }

        Assert.All(rendered.All<V1ServiceAccount>(), account => Assert.False(account.AutomountServiceAccountToken ?? true));
        // No right of any kind is asked for.
        Assert.DoesNotContain(rendered.Objects, made => made.Kind.EndsWith("Role", StringComparison.Ordinal) || made.Kind.EndsWith("Binding", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task No_secret_is_rendered_in_clear_text(string set)
    {
        var rendered = await Chart.Of(set);
        string[] secret = ["Token", "TOKEN", "Key", "Password", "ConnectionStrings"];
        string[] files = ["Mesh__Tls__KeyFile", "Mesh__Identity__TokenFile", "Mesh__Audit__SigningKeyFile", "MINING_TOKEN_FILE"];
        Assert.All(
            rendered.Pods.SelectMany(pod => pod.Spec.Containers).SelectMany(container => container.Env ?? [])
                .Where(variable => secret.Any(word => variable.Name.Contains(word, StringComparison.Ordinal)) && !files.Contains(variable.Name)),
            variable => Assert.True(
                variable.ValueFrom?.SecretKeyRef is not null || variable.Value.StartsWith("Data Source=/data/", StringComparison.Ordinal), variable.Name));
        Assert.All(
            rendered.All<DaprComponent>().SelectMany(component => component.Spec.Metadata)
                .Where(entry => entry.Name.Contains("assword", StringComparison.Ordinal) || entry.Name == "connectionString"),
            entry => Assert.NotNull(entry.SecretKeyRef));
    }

    private static string KindOf(V1Volume volume) =>
        volume.ConfigMap is not null ? "configMap"
        : volume.EmptyDir is not null ? "emptyDir"
        : volume.PersistentVolumeClaim is not null ? "persistentVolumeClaim"
        : volume.Projected is not null ? "projected"
        : volume.Secret is not null ? "secret"
        : $"another kind ({volume.Name})";
}
