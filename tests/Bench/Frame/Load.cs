using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Bench.Data;
using Mining.Primitives.Settings;
using Mining.Testing;

namespace Mining.Bench.Frame;

/// <summary>What a client process asks for: one request again and again, over so many connections with so many calls each at a time.</summary>
internal sealed record LoadJob(string Address, string Method, byte[] Request, double Seconds, int Connections = 8, int Streams = 16);

/// <summary>What it found.</summary>
/// <param name="AllCalls">With those before it was warm, which are not in the other figures.</param>
internal sealed record LoadResult(long AllCalls, long Calls, double Seconds, double Median_us, double P99_us, int AnswerBytes)
{
    public double CallsPerSecond => Calls / Seconds;
}

/// <summary>A client process of its own. It does not read the answers: what a client does with them is no cost of the server.</summary>
internal static class Load
{
    /// <summary>The verb by which the program becomes such a client.</summary>
    public const string Verb = "load";

    /// <summary>A young client spends its time on compiling itself: so long its calls are not counted.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    /// <summary>Runs as that client: the job comes as JSON on the input, what it found goes as JSON to the output.</summary>
    public static async Task<int> Run(string token)
    {
        var job = JsonSerializer.Deserialize<LoadJob>(await Console.In.ReadToEndAsync())!;
        var channels = Enumerable.Range(0, job.Connections).Select(_ => TestIssuer.ChannelWith(job.Address, token, FlowControl.StreamWindow)).ToList();
        var method = Raw.Unary(job.Method);
        var length = TimeSpan.FromSeconds(job.Seconds);
        var warm = await CallAll(WarmUp);
        var begin = Stopwatch.GetTimestamp();
        var callers = await CallAll(length);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var times = callers.SelectMany(caller => caller.Times_us).Order().ToArray();
        var result = new LoadResult(
            warm.Sum(caller => caller.Times_us.Count) + times.Length, times.Length, seconds, times[times.Length / 2], times[(int)(times.Length * 0.99)], callers[0].AnswerBytes);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result));
        return 0;

        Task<(List<double> Times_us, int AnswerBytes)[]> CallAll(TimeSpan during)
        {
            var since = Stopwatch.GetTimestamp();
            return Task.WhenAll(channels.SelectMany(channel => Enumerable.Range(0, job.Streams).Select(_ => Task.Run(() => Call(channel, method, job.Request, since, during)))));
        }
    }

    /// <summary>Starts such a client and waits for what it finds.</summary>
    public static async Task<LoadResult> Start(LoadJob job)
    {
        var start = ProgramOf(Verb);
        start.RedirectStandardInput = true;
        start.Environment["MINING_TOKEN"] = TestIssuer.Shared.TokenFor(TestIssuer.Developer);
        using var client = Process.Start(start)!;
        await client.StandardInput.WriteAsync(JsonSerializer.Serialize(job));
        client.StandardInput.Close();
        var said = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return client.ExitCode == 0
            ? JsonSerializer.Deserialize<LoadResult>(said)!
            : throw new InvalidOperationException($"The load client ended with {client.ExitCode}.");
    }

    /// <summary>Besides, what each call cost the server in processor time.</summary>
    public static async Task<(LoadResult Result, TimeSpan ServerTimePerCall)> Measure(ServiceProcess server, LoadJob job)
    {
        using var process = Process.GetProcessById(server.Process.Id);
        var before = process.TotalProcessorTime;
        var result = await Start(job);
        process.Refresh();
        return (result, (process.TotalProcessorTime - before) / result.AllCalls);
    }

    /// <summary>This program again, as a process of its own, with its output to be read.</summary>
    public static ProcessStartInfo ProgramOf(params string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Mining.Bench.dll"), .. arguments]) { RedirectStandardOutput = true };

    public static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static async Task<(List<double> Times_us, int AnswerBytes)> Call(GrpcChannel channel, Method<byte[], byte[]> method, byte[] request, long begin, TimeSpan length)
    {
        var invoker = channel.CreateCallInvoker();
        var times = new List<double>();
        var size = 0;
        while (Stopwatch.GetElapsedTime(begin) < length)
        {
            var asked = Stopwatch.GetTimestamp();
            using var call = invoker.AsyncUnaryCall(method, null, default, request);
            size = (await call.ResponseAsync).Length;
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
        }

        return (times, size);
    }
}
