// At stake: a Redis that fills up. Each gateway pod reads as its own consumer group, and Redis keeps the groups of deleted pods. The job
// that removes them runs here as in k8s/redis-groups, with the real redis-cli, against a real Redis.
using System.Diagnostics;
using System.Globalization;
using k8s.Models;
using Mining.Deploy.Tests.Support;
using Mining.Testing;

namespace Mining.Deploy.Tests;

public sealed class RedisGroupsTests
{
    private const string Topic = "projects.changes";

    [Fact]
    public async Task Only_consumer_groups_of_deleted_pods_are_removed()
    {
        var program = Cluster.RealParts.Find("redis-server", "get it with your system's packages (redis-server).");
        var port = ServiceProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        await using var redis = new ChildProcess();
        redis.Launch(new ProcessStartInfo(program, ["--port", port, "--bind", "127.0.0.1", "--save", ""]));
        await Eventually.True(async () => (await Redis("ping")).Output.StartsWith("PONG", StringComparison.Ordinal), otherwise: () => redis.Tail);
        foreach (var group in (string[])["investors", "mining-gateway-6c5c99f697-gone", "mining-gateway-6c5c99f697-live", "mining-gateway-6c5c99f697-new"])
            await Redis("xgroup", "create", Topic, group, "$", "mkstream");
        await Redis("xadd", Topic, "*", "data", "{}");
        // A group whose pod has not read yet has no consumer.
        foreach (var group in (string[])["investors", "mining-gateway-6c5c99f697-gone"])
            await Redis("xreadgroup", "group", group, group, "streams", Topic, ">");
        var container = new Rendered("redis-groups", (await Tool.Kubectl("kustomize", "k8s/redis-groups")).Output).One<V1CronJob>()
            .Spec.JobTemplate.Spec.Template.Spec.Containers[0];
        await Eventually.True(async () => await IsIdle("mining-gateway-6c5c99f697-gone", 5_000));
        await Redis("xreadgroup", "group", "mining-gateway-6c5c99f697-live", "live", "streams", Topic, ">");

        await Clean("4500");
        Assert.Equal(["investors", "mining-gateway-6c5c99f697-live", "mining-gateway-6c5c99f697-new"], await Groups());

        async Task Clean(string maxIdle)
        {
            var environment = container.Env.Where(variable => variable.Value is not null).ToDictionary(variable => variable.Name, variable => variable.Value);
            (environment["REDIS_HOST"], environment["REDIS_PORT"], environment["MAX_IDLE_MILLISECONDS"]) = ("127.0.0.1", port, maxIdle);
            var answer = await Tool.Run(container.Command[0], [.. container.Command.Skip(1), .. container.Args], environment);
            Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        }

        async Task<bool> IsIdle(string group, int milliseconds)
        {
            var lines = (await Redis("xinfo", "consumers", Topic, group)).Output.Split('\n');
            return int.Parse(lines[Array.IndexOf(lines, "idle") + 1], CultureInfo.InvariantCulture) > milliseconds;
        }

        async Task<List<string>> Groups()
        {
            var lines = (await Redis("xinfo", "groups", Topic)).Output.Split('\n');
            return [.. lines.Zip(lines.Skip(1)).Where(pair => pair.First == "name").Select(pair => pair.Second).Order(StringComparer.Ordinal)];
        }

        Task<Answer> Redis(params string[] command) => Tool.Run("redis-cli", ["-p", port, .. command]);
    }
}
