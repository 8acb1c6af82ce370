// At stake: the mesh keeps answering after the loss of a node, a zone or a pod, and during an upgrade. Checked on the rendered
// high-availability values, and partly on every set of values.
using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class AvailabilityTests
{
    [Fact]
    public async Task High_availability_runs_three_replicas_spread_over_nodes()
    {
        var rendered = await Chart.Of("high-availability");
        Assert.Equal(CodeModel.Services.Count, rendered.All<V1Deployment>().Count);
        foreach (var deployment in rendered.All<V1Deployment>())
        {
            var scaler = Assert.Single(rendered.All<V2HorizontalPodAutoscaler>(), scaler => scaler.Spec.ScaleTargetRef.Name == deployment.Name());
            Assert.True(scaler.Spec.MinReplicas >= 3, deployment.Name());
            var budget = Assert.Single(rendered.All<V1PodDisruptionBudget>(), budget => budget.Spec.Selector.Matches(deployment.Spec.Template.Metadata.Labels));
            Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
            var spread = deployment.Spec.Template.Spec.TopologySpreadConstraints.ToDictionary(constraint => constraint.TopologyKey);
            Assert.Equal("DoNotSchedule", spread["kubernetes.io/hostname"].WhenUnsatisfiable);
            Assert.Contains("topology.kubernetes.io/zone", spread.Keys);
            // A control plane that takes no pods would otherwise count as a node without one, and hold up the third replica for ever.
            Assert.All(spread.Values, constraint => Assert.Equal("Honor", constraint.NodeTaintsPolicy));
            Assert.Equal("0", deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
            // What lies on a volume of one node is lost, or held up, with the node.
            Assert.All(deployment.Spec.Template.Spec.Volumes, volume => Assert.Null(volume.PersistentVolumeClaim));
        }

        Assert.Empty(rendered.All<V1PersistentVolumeClaim>());
        Assert.DoesNotContain(rendered.Objects, made => made is V1StatefulSet or V1DaemonSet);
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Only_replicated_deployments_have_a_disruption_budget(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var deployment in rendered.All<V1Deployment>())
        {
            var scaler = rendered.All<V2HorizontalPodAutoscaler>().SingleOrDefault(scaler => scaler.Spec.ScaleTargetRef.Name == deployment.Name());
            var replicas = deployment.Spec.Replicas ?? scaler!.Spec.MinReplicas;
            Assert.Equal(replicas > 1, rendered.All<V1PodDisruptionBudget>().Any(budget => budget.Spec.Selector.Matches(deployment.Spec.Template.Metadata.Labels)));
        }
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task A_database_file_is_never_open_in_two_pods(string set)
    {
        var rendered = await Chart.Of(set);
        foreach (var deployment in rendered.All<V1Deployment>())
        {
            var hasVolume = deployment.Spec.Template.Spec.Volumes.Any(volume => volume.PersistentVolumeClaim is not null);
            Assert.Equal(hasVolume ? "Recreate" : "RollingUpdate", deployment.Spec.Strategy.Type);
            Assert.True(!hasVolume || deployment.Spec.Replicas == 1);
        }

        Assert.All(rendered.All<V1PersistentVolumeClaim>(), claim => Assert.Equal("keep", claim.Annotations()["helm.sh/resource-policy"]));
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Either_a_job_migrates_before_the_first_new_pod_or_the_services_migrate(string set)
    {
        var rendered = await Chart.Of(set);
        var jobs = rendered.All<V1Job>().Where(job => job.Annotations()["helm.sh/hook"] != "test").ToList();
        var isSqlite = rendered.All<V1PersistentVolumeClaim>().Count > 0;
        foreach (var service in CodeModel.Services)
        {
            var migrates = rendered.ServicePod(service).Spec.Containers[0].Env.Single(variable => variable.Name == "Mesh__Migrate").Value;
            Assert.Equal(isSqlite ? "true" : "false", migrates);
        }

        var isOff = Chart.ArgumentsOf(set).Any(argument => argument.Contains("migration.enabled=false", StringComparison.Ordinal));
        Assert.Equal(isSqlite || isOff ? 0 : CodeModel.Services.Count, jobs.Count);
        Assert.All(jobs, job =>
        {
            Assert.Equal("pre-install,pre-upgrade", job.Annotations()["helm.sh/hook"]);
            // Helm waits five minutes for each job by default. It must see a slow one fail, not give up while it runs.
            Assert.InRange(job.Spec.ActiveDeadlineSeconds!.Value, 60, 270);
            var container = Assert.Single(job.Spec.Template.Spec.Containers);
            Assert.Equal(["migrate"], container.Args);
            var service = job.Name().Split('-')[^2];
            Assert.Equal(rendered.ServicePod(service).Spec.Containers[0].Image, container.Image);
            Assert.Equal(service, container.Env.Single(variable => variable.Name == "ConnectionStrings__Database").ValueFrom.SecretKeyRef.Key);
        });
        // What the job needs comes before it, as hooks too: nothing else of the release is there yet.
        Assert.All(
            rendered.Objects.Where(made => made is V1ServiceAccount or V1NetworkPolicy && made.Metadata.Name.EndsWith("-migration", StringComparison.Ordinal)),
            made => Assert.True(
                int.Parse(made.Metadata.Annotations["helm.sh/hook-weight"], System.Globalization.CultureInfo.InvariantCulture)
                < int.Parse(jobs[0].Annotations()["helm.sh/hook-weight"], System.Globalization.CultureInfo.InvariantCulture)));
    }
}
