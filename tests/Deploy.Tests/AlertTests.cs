// At stake: false alarms. An alert of one mesh must not be raised by another, and must end with its cause.
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class AlertTests
{
    private const string Mesh = "k8s_namespace_name=\"mining\", k8s_deployment_name=";

    [Fact]
    public async Task Every_alert_is_scoped_to_one_mesh()
    {
        var rules = await Rules();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.True(
            rule.Expr.Contains(Mesh, StringComparison.Ordinal) || rule.Expr.Contains("namespace=\"mining\", job_name=~\"mining-verification-", StringComparison.Ordinal),
            rule.Expr));
    }

    [Fact]
    public async Task The_mismatch_alert_ends_with_a_later_success()
    {
        var rule = (await Rules()).Single(rule => rule.Alert == "MiningShareMismatch");
        // The start of the newest failed job is held against the last success; without one, against the beginning of time.
        Assert.Matches(
            "^max\\(kube_job_status_start_time{[^}]+} and on \\(job_name\\) kube_job_status_failed{[^}]+} > 0\\)"
            + " > \\(max\\(kube_cronjob_status_last_successful_time{namespace=\"mining\", cronjob=\"mining-verification\"}\\) or vector\\(0\\)\\)$",
            rule.Expr);
    }

    private static async Task<IReadOnlyList<AlertRule>> Rules() => [.. (await Chart.Of("standard")).One<PrometheusRule>().Spec.Groups.SelectMany(group => group.Rules)];
}
