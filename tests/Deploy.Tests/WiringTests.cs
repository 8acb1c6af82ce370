// At stake: names that meet only in the cluster. A selector without pods, a port without a listener, a secret that nobody creates: each
// makes an installation hang. Everything referred to must exist, or be a documented prerequisite.
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class WiringTests
{
    /// <summary>Kubernetes itself puts it into every namespace.</summary>
    private const string ClusterAuthority = "kube-root-ca.crt";

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_selector_matches_its_pods(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var deployment in rendered.All<V1Deployment>())
        {
            var pod = Assert.Single(rendered.Pods, pod => pod.Owner == $"Deployment {deployment.Name()}");
            Assert.Equal([pod.Owner], Found(deployment.Spec.Selector.MatchLabels));
            foreach (var spread in deployment.Spec.Template.Spec.TopologySpreadConstraints)
                Assert.Equal([pod.Owner], Found(spread.LabelSelector.MatchLabels));
        }

        Assert.All(rendered.All<V1Service>(), service =>
            Assert.Equal([$"Deployment {service.Name().Replace("-metrics", "", StringComparison.Ordinal)}"], Found(service.Spec.Selector)));
        Assert.All(rendered.All<V1PodDisruptionBudget>(), budget => Assert.Equal([$"Deployment {budget.Name()}"], Found(budget.Spec.Selector.MatchLabels)));
        Assert.All(rendered.All<V1NetworkPolicy>(), policy => Assert.NotEmpty(Found(policy.Spec.PodSelector.MatchLabels)));
        Assert.All(rendered.All<V2HorizontalPodAutoscaler>(), scaler =>
        {
            var target = Assert.Single(rendered.All<V1Deployment>(), deployment => deployment.Name() == scaler.Spec.ScaleTargetRef.Name);
            Assert.Equal(scaler.Spec.MinReplicas, target.Spec.Replicas);
            Assert.Contains(target.Spec.Template.Spec.Containers, container => container.Name == scaler.Spec.Metrics[0].ContainerResource.Container);
        });
        Assert.All(rendered.All<ServiceMonitor>(), monitor =>
        {
            var services = rendered.All<V1Service>().Where(service => monitor.Spec.Selector.Matches(service.Labels())).ToList();
            Assert.Equal(CodeModel.Services.Count, services.Count);
            Assert.All(services, service => Assert.Contains(service.Spec.Ports, port => port.Name == monitor.Spec.Endpoints[0].Port));
        });

        IEnumerable<string> Found(IDictionary<string, string> labels) =>
            rendered.Pods.Where(pod => Selection.Has(pod.Labels, labels)).Select(pod => pod.Owner);
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_port_has_a_listener(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var service in CodeModel.Services)
        {
            var pod = rendered.ServicePod(service);
            var container = Assert.Single(pod.Spec.Containers);
            var listening = container.Env.Where(variable => variable.Name is "Mesh__Listen" or "Mesh__HealthListen")
                .ToDictionary(variable => variable.Name == "Mesh__Listen" ? "grpc" : "health", variable => new Uri(variable.Value).Port);
            Assert.Equal(listening, container.Ports.ToDictionary(port => port.Name, port => port.ContainerPort));
            foreach (var probe in (V1Probe[])[container.StartupProbe, container.LivenessProbe, container.ReadinessProbe])
                Assert.Equal(listening["health"], probe.Grpc.Port);

            var fronts = rendered.All<V1Service>().Where(entry => Selection.Has(pod.Labels, entry.Spec.Selector)).ToLookup(entry => entry.Spec.Ports[0].Name);
            var front = Assert.Single(fronts["grpc"]);
            // Whoever reaches the gateway from outside must not reach the sidecar's metrics.
            Assert.Equal("grpc", Assert.Single(front.Spec.Ports).TargetPort.Value);
            Assert.Equal(rendered.All<ServiceMonitor>().Count, fronts["dapr-metrics"].Count());
            Assert.All(fronts["dapr-metrics"], metrics =>
            {
                Assert.Equal("None", metrics.Spec.ClusterIP);
                Assert.Equal(pod.Annotations["dapr.io/metrics-port"], Assert.Single(metrics.Spec.Ports).TargetPort.Value);
            });
            // A headless service changes no port: what callers are told must be what the pod listens on.
            Assert.True(front.Spec.ClusterIP != "None" || front.Spec.Ports[0].Port == listening["grpc"]);
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_address_leads_to_a_service_of_the_chart(string set)
    {
        var rendered = await Chart.Of(set);
        var addresses = rendered.Pods.SelectMany(pod => pod.Spec.Containers).SelectMany(container => container.Env ?? [])
            .Where(variable => variable.Name.StartsWith("Mesh__Services__", StringComparison.Ordinal) || variable.Name == "MINING_ADDRESS")
            .Select(variable => new Uri(variable.Value)).ToList();
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address =>
        {
            var service = Assert.Single(rendered.All<V1Service>(), service => $"{service.Name()}.{Chart.Namespace}.svc.cluster.local" == address.Host);
            Assert.Contains(service.Spec.Ports, port => port.Port == address.Port);
        });
        var backends = rendered.All<V1Ingress>().SelectMany(ingress => ingress.Spec.Rules).SelectMany(rule => rule.Http.Paths)
            .Select(path => (path.Backend.Service.Name, path.Backend.Service.Port.Name))
            .Concat(rendered.All<GrpcRoute>().SelectMany(route => route.Spec.Rules).SelectMany(rule => rule.BackendRefs).Select(backend => (backend.Name, "grpc")));
        Assert.All(backends, backend => Assert.Contains(
            rendered.All<V1Service>(), service => service.Name() == backend.Item1 && service.Spec.Ports.Any(port => port.Name == backend.Item2)));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Everything_a_pod_refers_to_is_rendered_or_a_documented_prerequisite(string set)
    {
        var rendered = await Chart.Of(set);
        var readme = Repository.Read("helm", "mining", "README.md");
        foreach (var pod in rendered.Pods)
        {
            Assert.Contains(rendered.All<V1ServiceAccount>(), account => account.Name() == pod.Spec.ServiceAccountName);
            var volumes = (pod.Spec.Volumes ?? []).ToDictionary(volume => volume.Name);
            foreach (var container in pod.Spec.Containers)
            {
                Assert.Equal(
                    volumes.Keys.Order(StringComparer.Ordinal),
                    container.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal));
                foreach (var mount in container.VolumeMounts.Where(mount => volumes[mount.Name].ConfigMap is not null && mount.SubPath is not null))
                    Assert.Contains(mount.SubPath, ConfigMap(volumes[mount.Name].ConfigMap.Name).Data.Keys);
            }

            foreach (var volume in volumes.Values)
            {
                if (volume.ConfigMap is { } map && map.Name != ClusterAuthority)
                    ConfigMap(map.Name);
                if (volume.PersistentVolumeClaim is { } claim)
                    Assert.Contains(rendered.All<V1PersistentVolumeClaim>(), made => made.Name() == claim.ClaimName);
            }
        }

        // The chart makes no secret at all: each that is referred to stands in the README under the value that names it.
        Assert.Empty(rendered.All<V1Secret>());
        // And its name is one that the values give.
        var values = string.Join('\n', Chart.ArgumentsOf(set).Where(argument => argument.EndsWith(".yaml", StringComparison.Ordinal)).Select(file => Repository.Read(file)))
            + Repository.Read("helm", "mining", "values.yaml") + string.Join('\n', Chart.ArgumentsOf(set));
        Assert.All(SecretsOf(rendered), secret =>
        {
            Assert.Contains($"`{secret.Value}`", readme, StringComparison.Ordinal);
            Assert.Contains(secret.Name, values, StringComparison.Ordinal);
        });

        V1ConfigMap ConfigMap(string name) => Assert.Single(rendered.All<V1ConfigMap>(), map => map.Name() == name);
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task The_sidecars_configuration_exists(string set)
    {
        var rendered = await Chart.Of(set);
        var configuration = rendered.One<DaprConfiguration>();
        Assert.All(CodeModel.Services, service => Assert.Equal(configuration.Metadata.Name, rendered.ServicePod(service).Annotations["dapr.io/config"]));
    }

    /// <summary>Secrets, and the values that name them.</summary>
    private static IEnumerable<(string Name, string Value)> SecretsOf(Rendered rendered)
    {
        foreach (var pod in rendered.Pods)
        {
            foreach (var variable in pod.Spec.Containers.SelectMany(container => container.Env ?? []).Where(variable => variable.ValueFrom?.SecretKeyRef is not null))
            {
                yield return (variable.ValueFrom.SecretKeyRef.Name, variable.Name switch
                {
                    "ConnectionStrings__Database" when pod.Owner.StartsWith("Job", StringComparison.Ordinal) => "migration.secretName",
                    "ConnectionStrings__Database" => "database.secretName",
                    "Mesh__PageTokenKey" => "pageTokenKey.secretName",
                    "APP_API_TOKEN" => "dapr.appTokenSecretName",
                    "DAPR_API_TOKEN" => "dapr.apiTokenSecretName",
                    _ => throw new InvalidOperationException($"{variable.Name} comes from a secret that no value names."),
                });
            }

            foreach (var volume in (pod.Spec.Volumes ?? []).Where(volume => volume.Secret is not null))
                yield return (volume.Secret.SecretName, volume.Name switch { "tls" => "tls.secretName", "audit" => "auditKey.secretName", _ => "identity.issuers" });
            foreach (var token in pod.Annotations.Where(entry => entry.Key.EndsWith("-token-secret", StringComparison.Ordinal)))
                yield return (token.Value, token.Key == "dapr.io/app-token-secret" ? "dapr.appTokenSecretName" : "dapr.apiTokenSecretName");
        }

        foreach (var entry in rendered.All<DaprComponent>().SelectMany(component => component.Spec.Metadata).Where(entry => entry.SecretKeyRef is not null))
            yield return (entry.SecretKeyRef!.Name, "broker.secretName");
        foreach (var ingress in rendered.All<V1Ingress>())
            yield return (ingress.Spec.Tls[0].SecretName, "ingress.tlsSecretName");
    }
}
