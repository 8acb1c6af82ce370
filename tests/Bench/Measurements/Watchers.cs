using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Portfolio.V1;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>
/// 5 000 watchers of the portfolio in a client process, at 100 changes a second: how long after a change's delivery each watcher has a
/// summary with it. Once as boards that request only the headline figures, once as some watchers of everything. A few watchers stop reading
/// for a while, and must then get one current summary, not a backlog of old ones.
/// </summary>
internal static class Watchers
{
    public const string Verb = "watch";

    private const int Wanted = 5_000;
    private const int Sleepers = 50;
    private const int ChangesPerSecond = 100;
    private const int StreamsPerConnection = 90;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WatchEndTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The figures on a board's first page.</summary>
    private static readonly FieldMask Headline = FieldMask.FromStringEnumerable<PortfolioSummary>(
        ["all_projects", "joint_projects", "capital_cost", "funding_gap", "health.score", "health.bands"]);

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        var size = stage.Size(100_000);
        var feed = await stage.Feed(size);
        return
        [
            .. await Measure(feed, size, "watchers of the headline figures", Headline),
            .. await Measure(feed, size, "watchers of the whole summary", null),
        ];
    }

    private static async Task<IReadOnlyList<Line>> Measure(FeedServer feed, int size, string label, FieldMask? mask)
    {
        await using var gateway = new FedGateway(feed);
        await gateway.Start();
        await gateway.CheckpointWritten();
        var before_B = gateway.Process.Process.WorkingSetBytes;
        var start = Load.ProgramOf(Verb, gateway.Process.Address, Load.Text(Wanted), string.Join(',', mask?.Paths ?? []));
        start.RedirectStandardInput = true;
        start.Environment["MINING_TOKEN"] = TestIssuer.Shared.TokenFor(TestIssuer.Developer);
        using var client = Process.Start(start)!;
        if (await client.StandardOutput.ReadLineAsync() != "watching")
            throw new InvalidOperationException("The watchers could not connect.");

        var before = gateway.ProcessorTime();
        var delivered = await Deliver(gateway, new DataSet(size), feed.LastSequence("investors"));
        var server_s = (gateway.ProcessorTime() - before).TotalSeconds;
        await gateway.WaitUntilApplied("investors", delivered.Keys.Max());
        await Task.Delay(WatchEndTimeout, TimeProvider.System);
        var memory_B = gateway.Process.Process.WorkingSetBytes;
        await client.StandardInput.WriteLineAsync(JsonSerializer.Serialize(delivered));
        var seen = JsonSerializer.Deserialize<Seen>((await client.StandardOutput.ReadLineAsync())!)!;
        await client.WaitForExitAsync();
        var remark = $"{ChangesPerSecond} changes a second for {Length.TotalSeconds} s; {seen.Messages:N0} summaries of {seen.MessageBytes:N0} bytes; CPU time of the gateway {server_s:N1} s, of the client {seen.Processor_s:N1} s";
        return
        [
            new Line($"{Wanted:N0} {label}: until the last watcher is current", new(seen.Worst_ms, "ms"), Goal: Goal.MaxFigure(1_000), Remark: remark),
            new Line($"{Wanted:N0} {label}: change delivered → received, p50", new(seen.Median_ms, "ms")),
            new Line($"{Wanted:N0} {label}: change delivered → received, p99", new(seen.P99_ms, "ms")),
            new Line($"{Sleepers} {label} that stopped reading: summaries queued for each, maximum", new(seen.MaxChangesBehind, ""), Remark: "what HTTP/2's windows held when they stopped reading, and the current one"),
            new Line($"{Wanted:N0} {label}: memory of the gateway per watcher", new((memory_B - before_B) / 1024.0 / Wanted, "KB"), Remark: $"working set {memory_B / 1e6:N0} MB"),
        ];
    }

    /// <summary>Delivers at a steady pace; returns the time of each delivery.</summary>
    private static async Task<Dictionary<long, long>> Deliver(FedGateway gateway, DataSet data, long last)
    {
        var delivered = new Dictionary<long, long>();
        var random = new Random(4);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChangesPerSecond), TimeProvider.System);
        var begin = Stopwatch.GetTimestamp();
        for (var number = 1; Stopwatch.GetElapsedTime(begin) < Length; number++)
        {
            await pace.WaitForNextTickAsync();
            var change = data.Next(random.Next(1_000), number, last);
            delivered[change.Sequence] = Stopwatch.GetTimestamp();
            await gateway.Deliver(change);
        }

        return delivered;
    }

    /// <summary>The results of the client process.</summary>
    private sealed record Seen(double Median_ms, double P99_ms, double Worst_ms, long Messages, int MessageBytes, int MaxChangesBehind, double Processor_s);

    /// <summary>
    /// Runs as the client process: reports when all watchers are connected, reads the delivery times (both processes use the machine's
    /// clock), reports what was received.
    /// </summary>
    public static async Task<int> Run(string address, int count, string paths, string token)
    {
        var request = new WatchPortfolioRequest { ReadMask = paths == "" ? null : new FieldMask { Paths = { paths.Split(',') } } }.ToByteArray();
        using var waking = new CancellationTokenSource();
        var watchers = Enumerable.Range(0, count).Select(number => new Watcher(sleeps: number < Sleepers, waking.Token)).ToList();
        var channels = watchers.Chunk(StreamsPerConnection).Select(some => (Channel: TestIssuer.ChannelWith(address, token), some)).ToList();
        using var ending = new CancellationTokenSource();
        var runs = new List<Task>();
        foreach (var (channel, some) in channels)
        {
            // Connects one after the other: a watcher that starts late on a busy machine would be taken for a slow client and dropped.
            runs.AddRange(some.Select(watcher => Task.Run(() => watcher.Run(channel.CreateCallInvoker(), request, ending.Token))));
            await Task.WhenAll(some.Select(watcher => watcher.HasBegun));
        }

        await Console.Out.WriteLineAsync("watching");

        var before = Environment.CpuUsage.TotalTime;
        var all = JsonSerializer.Deserialize<Dictionary<long, long>>((await Console.In.ReadLineAsync())!)!;
        var processor_s = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        // The last changes may belong to commitments that count in no figure.
        var latest = watchers.Skip(Sleepers).Max(watcher => watcher.Latest);
        var delivered = all.Where(entry => entry.Key <= latest).OrderBy(entry => entry.Key).ToArray();
        var messages = watchers.Sum(watcher => (long)watcher.Arrivals.Count);
        await waking.CancelAsync();
        await Eventually.True(() => Task.FromResult(watchers.Take(Sleepers).All(watcher => watcher.Latest >= delivered[^1].Key)), TimeSpan.FromSeconds(30));
        var lags = watchers.Skip(Sleepers).SelectMany(watcher => watcher.Lags(delivered)).Order().ToArray();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new Seen(
            lags[lags.Length / 2], lags[(int)(lags.Length * 0.99)], lags[^1], messages, watchers[0].MessageBytes,
            watchers.Take(Sleepers).Max(watcher => watcher.Arrivals.Count - 1), processor_s)));
        await ending.CancelAsync();
        await Task.WhenAll(runs);
        return 0;
    }

    /// <summary>One stream: the arrival time of each sequence.</summary>
    private sealed class Watcher(bool sleeps, CancellationToken waking)
    {
        private readonly TaskCompletionSource hasBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasBegun => hasBegun.Task;

        public List<(long Sequence, long At)> Arrivals { get; } = [];

        public long Latest { get; private set; }

        public int MessageBytes { get; private set; }

        public async Task Run(CallInvoker invoker, byte[] request, CancellationToken ending)
        {
            try
            {
                using var call = invoker.AsyncServerStreamingCall(Raw.Stream($"{PortfolioService.Descriptor.FullName}/WatchPortfolio"), null, new CallOptions(cancellationToken: ending), request);
                while (await call.ResponseStream.MoveNext(ending))
                {
                    if (AppliedSequence.In(call.ResponseStream.Current, "investors") is { } sequence)
                    {
                        MessageBytes = call.ResponseStream.Current.Length;
                        Arrivals.Add((sequence, Stopwatch.GetTimestamp()));
                        Latest = sequence;
                    }

                    hasBegun.TrySetResult();
                    if (sleeps && !waking.IsCancellationRequested)
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, waking).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && ending.IsCancellationRequested)
            {
                // Everything expected has arrived.
            }
            catch (Exception exception)
            {
                hasBegun.TrySetException(exception);
                throw;
            }
        }

        /// <summary>The delay of each change in milliseconds.</summary>
        public IEnumerable<double> Lags(KeyValuePair<long, long>[] delivered)
        {
            var at = 0;
            foreach (var (sequence, begin) in delivered)
            {
                while (at < Arrivals.Count && Arrivals[at].Sequence < sequence)
                    at++;
                if (at == Arrivals.Count)
                    throw new InvalidOperationException($"A watcher never received change {sequence}.");
                yield return Stopwatch.GetElapsedTime(begin, Arrivals[at].At).TotalMilliseconds;
            }
        }
    }
}
