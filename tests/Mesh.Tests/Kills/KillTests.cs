// At stake: the guarantees of the mesh under the worst that a machine can do to it. The mesh runs as real processes; clients write at all
// three services; the sidecar drops, duplicates, delays and reorders; processes are killed and restarted, one or two at once. Afterwards
// every acknowledged write exists exactly once, no refused one exists, and an unanswered one exists at most once and gives the same answer
// when repeated. MINING_KILL_ROUNDS=N and MINING_KILL_SEED=N select another run.
using System.Diagnostics;
using System.Globalization;
using Google.Type;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Kills;

public sealed class KillTests(ITestOutputHelper output) : KillSuite(TestStorage.Sqlite, output);

public sealed class KillOnSqlServerTests(ITestOutputHelper output) : KillSuite(TestStorage.SqlServer, output);

public abstract class KillSuite(TestStorage storage, ITestOutputHelper output) : IAsyncLifetime
{
    private const int ClientCount = 10;
    private const int MaxShown = 20;
    private const int MaxRepeats = 20;

    private static readonly int Seed = Setting("MINING_KILL_SEED", 1);
    private static readonly int Rounds = Setting("MINING_KILL_ROUNDS", 4);
    private static readonly SidecarFaults Faults = new(Seed, DropPpm: 100_000, DoublePpm: 100_000, ReorderPpm: 100_000, DelayMaxMs: 30);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly MeshProcesses mesh = new(Faults, storage.SkipUnlessAvailable());
    private readonly KnownNames known = new();

    private static string HowToRepeat =>
        $"MINING_KILL_SEED={Seed} MINING_KILL_ROUNDS={Rounds} ./dev test Mesh repeats the kills and the commands; the moments differ a little";

    public async ValueTask InitializeAsync()
    {
        // The gateway logs when it reads a feed because of a missing delivery.
        mesh.Gateway.Set("Logging__LogLevel__Mining.Platform.Bus", "Debug");
        await mesh.Start();
        await mesh.InvestorsClient.PublishExchangeRatesAsync(new()
        {
            Date = new Date { Year = 2024, Month = 1, Day = 2 },
            Rates = { new Investors.V1.ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new() { Value = "1.0956" } } },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await mesh.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task No_kill_loses_or_duplicates_an_acknowledged_write()
    {
        var begin = Stopwatch.GetTimestamp();
        var clients = Enumerable.Range(0, ClientCount).Select(number => new Client(mesh.Channel, known, Seed, number)).ToList();
        var killer = new Killer(mesh, Faults, clients, Seed);
        using (var stop = new CancellationTokenSource())
        {
            var load = clients.Select(client => Task.Run(() => client.Run(stop.Token))).ToList();
            try
            {
                for (var round = 1; round <= Rounds; round++)
                {
                    await killer.Round(round);
                    if (round % 10 == 0)
                        output.WriteLine($"round {round} after {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
                }
            }
            catch (Exception exception)
            {
                Assert.Fail($"{HowToRepeat}\n{exception}");
            }
            finally
            {
                await stop.CancelAsync();
                await Task.WhenAll(load);
            }
        }

        var writes = clients.SelectMany(client => client.Writes).ToList();
        var withoutAnswer = writes.Count(write => write.IsOpen);
        foreach (var write in writes.Where(write => write.IsRepeatable && write.UnansweredCount > 0))
        {
            // The same answer again, or the first one.
            await write.Send(mesh.Channel);
            for (var i = 0; i < MaxRepeats && write.IsOpen; i++)
                await write.Send(mesh.Channel);
        }

        await mesh.CaughtUp(Timeout);
        await WaitUntilPublished();
        var aftermath = new Aftermath(mesh, writes);
        var problems = (await aftermath.Problems()).Concat(InternalErrors()).ToList();
        Report(writes, withoutAnswer, killer, aftermath, Stopwatch.GetElapsedTime(begin));
        Assert.True(problems.Count == 0, $"{HowToRepeat}\n{problems.Count} problems:\n{string.Join('\n', problems.Take(MaxShown))}");
        Assert.DoesNotContain(writes, write => write.IsRepeatable && write.IsOpen);
        await VerifyFindsNoDifference();
    }

    private void Report(List<Write> writes, int withoutAnswer, Killer killer, Aftermath aftermath, TimeSpan elapsed)
    {
        output.WriteLine($"seed {Seed}, {Rounds} rounds in {elapsed.TotalSeconds:F0} s; killed: {string.Join(", ", killer.Kills.Select(kill => $"{kill.Key} {kill.Value}"))}");
        output.WriteLine($"{writes.Count} writes, sent {writes.Sum(write => write.SentCount)} times: "
            + $"{writes.Count(write => write.Answer is not null && !write.OnlyAsked)} acknowledged, {writes.Count(write => write.OnlyAsked && write.Answer is not null)} only asked, "
            + $"{writes.Count(write => write.Refusal is not null)} refused, {withoutAnswer} without answer when the load ended; "
            + $"{writes.Count(write => write.UnansweredCount > 0)} had an attempt without answer, {writes.Count(write => write.UnansweredCount > 0 && write.Answer is not null)} of them "
            + $"were answered when repeated, {aftermath.LostAnswerCount} had taken effect before; {aftermath.ChangeCount} changes, {HoleRepairs} hole repairs");
        output.WriteLine($"refused: {Counts(writes.Select(write => write.Refusal).OfType<string>())}");
        output.WriteLine($"no answer: {Counts(writes.SelectMany(write => write.Silences))}");

        static string Counts(IEnumerable<string> values) =>
            string.Join(", ", values.CountBy(value => value).OrderByDescending(count => count.Value).Select(count => $"{count.Key} {count.Value}"));
    }

    private int HoleRepairs => mesh.Gateway.Log.Split('\n').Count(line => line.Contains("something is missing", StringComparison.Ordinal));

    private async Task WaitUntilPublished()
    {
        foreach (var owner in mesh.Owners)
        {
            var last = await mesh.LastSequence(owner.Name);
            await Eventually.True(
                async () => await Stored.Number(owner, "SELECT published_sequence FROM relay_position") >= last, Timeout, () => $"{owner.Name} has not published {last}\n{mesh.Tail}");
        }
    }

    private async Task VerifyFindsNoDifference()
    {
        await using var cli = new ChildProcess();
        cli.Launch(new ProcessStartInfo("dotnet", MiningProgram.Arguments("verify", "--address", mesh.Gateway.Address)));
        var code = await cli.End(Timeout);
        output.WriteLine($"mining verify: {code}\n{cli.Log}");
        Assert.True(code == 0, $"{HowToRepeat}\nmining verify exited with {code}:\n{cli.Log}");
    }

    private IEnumerable<string> InternalErrors() => mesh.Services.SelectMany(service => service.Log.Split('\n')
        .Where(line => line.Contains("unexpected error", StringComparison.Ordinal) || line.Contains("unhandled", StringComparison.OrdinalIgnoreCase))
        .Take(10).Select(line => $"{service.Name}: {line[..Math.Min(line.Length, 2_000)]}"));

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
