// At stake: the mesh answers or refuses any input by name, and stays intact. Requests are made from the descriptors of every method that
// the gateway serves, by seed: plausible ones with hostile values, and bytes that are no message. After the storm the logs hold exactly the
// answered changes, the hash chains are intact, and the gateway's figures agree with a naive recomputation. MINING_HOSTILE_SEED=N selects
// another storm, MINING_HOSTILE_COUNT=N another number of requests per method.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Cli.Shell;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hostile;

public sealed class StormTests(HostileMesh hostile, ITestOutputHelper output) : IClassFixture<HostileMesh>
{
    private const int Workers = 6;
    private const int MaxShown = 40;

    /// <summary>Memory stays small for any number of requests, because the storm uses few names.</summary>
    private const long MaxMemoryBytes = 400L << 20;

    private static readonly int Seed = Setting("MINING_HOSTILE_SEED", 1);
    private static readonly int Count = Setting("MINING_HOSTILE_COUNT", 60);

    private readonly MeshProcesses mesh = hostile.Mesh;
    private readonly ConcurrentQueue<string> pageTokens = new();

    [Fact]
    public async Task The_storm_covers_every_service_of_the_gateway()
    {
        using var call = new ServerReflection.ServerReflectionClient(mesh.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var served = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name)
            .Where(name => name.StartsWith("mining.", StringComparison.Ordinal));
        Assert.Equal(HostileMesh.Methods.Select(method => method.Service.FullName).Distinct().Order(), served.Order());
    }

    [Fact]
    public async Task Every_request_is_answered_or_refused_by_name_and_nothing_is_half_written()
    {
        var before = new Dictionary<string, long>();
        foreach (var owner in mesh.Owners)
            before[owner.Name] = await mesh.LastSequence(owner.Name);

        var memory = new MemoryWatch(mesh.Services);
        var begin = Stopwatch.GetTimestamp();
        var attempts = new ConcurrentBag<Attempt>();
        var failed = new ConcurrentBag<Attempt>();
        var work = from i in Enumerable.Range(0, Count) from method in Enumerable.Range(0, HostileMesh.Methods.Length) select (i, method);
        await Parallel.ForEachAsync(
            work,
            new ParallelOptions { MaxDegreeOfParallelism = Workers },
            async (next, _) =>
            {
                var attempt = await Try(next.method, next.i);
                memory.Count();
                if (attempt.Problem is not null)
                    failed.Add(attempt);
                // Bounded by what the log is compared with, so that a long storm fits in memory.
                var written = attempt.Answer is BatchWriteResponse || attempt.Answer?.Descriptor.FindFieldByName("version") is not null ? attempt.Answer : null;
                attempts.Add(attempt with { Request = [], Headers = [], Answer = written });
            });

        memory.Look();
        output.WriteLine($"MINING_HOSTILE_SEED={Seed} {attempts.Count} requests of {HostileMesh.Methods.Length} methods in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s; {memory}; "
            + string.Join(", ", attempts.GroupBy(attempt => attempt.Code).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}")));
        var problems = failed.OrderBy(attempt => attempt.Method.FullName, StringComparer.Ordinal).ToList();
        Assert.True(problems.Count == 0, $"seed {Seed}: {problems.Count} of {attempts.Count} requests\n{string.Join('\n', problems.Take(MaxShown))}\n{InternalErrors()}");

        Assert.True(memory.Figures.All(figure => figure.PeakBytes < MaxMemoryBytes), $"seed {Seed}: the memory of the processes grew from {memory}");

        await EveryAnswerIsLoggedOnce(before, attempts);
        await MeshIsIntact();
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused()
    {
        foreach (var method in HostileMesh.Methods.DistinctBy(method => method.Service.FullName))
        {
            // Field 1000 is unknown: the message is well-formed, and larger than 4 MiB.
            var attempt = await hostile.Caller.Call(method, "too large", [0xC2, 0x3E, 0x80, 0x80, 0xC0, 0x02, .. new byte[5 << 20]]);
            Assert.True(attempt.Code == StatusCode.ResourceExhausted && attempt.Problem is null, $"{attempt}");
        }
    }

    [Fact]
    public async Task A_field_of_three_mebibytes_is_validated()
    {
        var problems = new List<Attempt>();
        foreach (var method in HostileMesh.Methods)
        {
            foreach (var field in method.InputType.Fields.InDeclarationOrder().Where(field => field.IsRepeated && !field.IsPacked))
            {
                // The same entry repeated: "DE", or a message whose first field is that.
                byte[] entry = field.FieldType == FieldType.String ? "DE"u8.ToArray() : [0x0A, 2, .. "DE"u8];
                byte[] tagged = [(byte)((field.FieldNumber << 3) | 2), (byte)entry.Length, .. entry];
                var request = new byte[(3 << 20) / tagged.Length * tagged.Length];
                for (var i = 0; i < request.Length; i += tagged.Length)
                    tagged.CopyTo(request, i);
                var attempt = await hostile.Caller.Call(method, $"3 MiB of {field.Name}", request);
                if (attempt.Problem is not null)
                    problems.Add(attempt);
            }
        }

        Assert.True(problems.Count == 0, $"{string.Join('\n', problems.Take(MaxShown))}\n{InternalErrors()}");
    }

    private async Task<Attempt> Try(int method, int number)
    {
        var type = HostileMesh.Methods[method];
        var random = new Random(unchecked((((Seed * 1_009) + method) * 100_003) + number));
        var message = new HostileMessages(hostile.Names, pageTokens).Make(type.InputType, random);
        var bytes = number % 4 == 3 ? BrokenBytes.Of(message.ToByteArray(), random) : message.ToByteArray();
        var attempt = await hostile.Caller.Call(type, $"number {number}", bytes);
        if (attempt.Answer?.Descriptor.FindFieldByName("next_page_token")?.Accessor.GetValue(attempt.Answer) is string { Length: > 0 } token)
        {
            pageTokens.Enqueue(token);
            if (pageTokens.Count > 20)
                pageTokens.TryDequeue(out _);
        }

        return attempt;
    }

    /// <summary>Checks that each logged change was answered to a caller: no refused request has changed anything.</summary>
    private async Task EveryAnswerIsLoggedOnce(Dictionary<string, long> before, IEnumerable<Attempt> attempts)
    {
        var rows = attempts.Select(attempt => attempt.Answer).OfType<BatchWriteResponse>().SelectMany(answer => answer.Results)
            .Select(result => result.Written).Where(written => written is not null).ToList();
        var told = attempts.Select(attempt => attempt.Answer).OfType<IMessage>().Concat(rows)
            .Where(answer => answer.Descriptor.FindFieldByName("version") is not null)
            .Select(answer => (Name: (string)Field(answer, "name"), Version: (long)Field(answer, "version"))).ToHashSet();

        // These answer with one resource or a count, and may change others: the days of a file, or the commitments of an owner in a covered
        // country.
        var wide = attempts.Where(attempt => attempt.Code == StatusCode.OK).Select(attempt => attempt.Method.Name)
            .Concat(rows.Select(row => row.Name.StartsWith("partnerships/", StringComparison.Ordinal) ? "UpdatePartnership" : "UpdateInvestor"))
            .Intersect(["ImportExchangeRates", "UpdatePartnership", "UpdateInvestor"]).ToHashSet();
        foreach (var (source, sequence) in before)
        {
            using var feed = mesh.Feed.ReadChanges(new ReadChangesRequest { Source = source, AfterSequence = sequence });
            await foreach (var page in feed.ResponseStream.ReadAllAsync())
            {
                foreach (var change in page.Changes)
                {
                    var known = told.Contains((change.Resource, change.Version)) || wide.Contains(change.Method);
                    Assert.True(known, $"seed {Seed}: {change.Method} wrote {change.Resource} version {change.Version}, but no caller got that answer");
                }
            }
        }

        static object Field(IMessage message, string name) => message.Descriptor.FindFieldByName(name).Accessor.GetValue(message);
    }

    private async Task MeshIsIntact()
    {
        foreach (var service in mesh.Services)
        {
            var health = await new Health.HealthClient(service.Channel).CheckAsync(new());
            Assert.True(health.Status == HealthCheckResponse.Types.ServingStatus.Serving, $"{service.Name} is {health.Status}:\n{service.Log}");
        }

        foreach (var owner in mesh.Owners)
        {
            var chain = await mesh.Feed.VerifyChainAsync(new() { Source = owner.Name });
            Assert.True(chain.Intact, $"{owner.Name}: {chain.Problem}");
        }

        await mesh.CaughtUp();
        Assert.True(InternalErrors().Length == 0, $"seed {Seed}: {InternalErrors()}");
        using var report = new StringWriter();
        var code = await MiningCommandLine.Run(
            ["verify", "--address", mesh.Gateway.Address], CommandContext.ForCurrentProcess() with { Output = report, Error = report });
        Assert.True(code == 0, $"seed {Seed}: mining verify exited with {code}:\n{report}");
    }

    /// <summary>Unexpected errors in the services' logs.</summary>
    private string InternalErrors() => string.Join('\n', mesh.Services.SelectMany(service => service.Log.Split('\n')
        .Where(line => line.Contains("unexpected error", StringComparison.Ordinal) || line.Contains("unhandled", StringComparison.OrdinalIgnoreCase))
        .Take(10).Select(line => $"{service.Name}: {line[..Math.Min(line.Length, 2_000)]}")));

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
