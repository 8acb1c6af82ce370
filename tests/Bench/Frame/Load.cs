using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Bench.Data;
using Mining.Primitives.Settings;
using Mining.Testing;

namespace Mining.Bench.Frame;

/// <summary>
/// The load of a client process: one request repeatedly, over a number of connections with a number of concurrent calls each.
/// </summary>
internal sealed record LoadJob(string Address, string Method, byte[] Request, double Seconds, int Connections = 8, int Streams = 16);

/// <summary>The results of the client.</summary>
/// <param name="AllCalls">Including warm-up calls, which the other figures exclude.</param>
internal sealed record LoadResult(long AllCalls, long Calls, double Seconds, double Median_us, double P99_us, int AnswerBytes)
{
    public double CallsPerSecond => Calls / Seconds;
}

/// <summary>A client in its own process. It does not decode answers: a client's work is no cost of the server.</summary>
internal static class Load
{
    /// <summary>The verb that starts this program as such a client.</summary>
    public const string Verb = "load";

    /// <summary>Warm-up time: a young client mostly compiles itself, so its calls do not count.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    /// <summary>Runs as that client: reads the job as JSON from standard input and writes the results as JSON to standard output.</summary>
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

    /// <summary>Starts such a client and waits for its results.</summary>
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
            : throw new InvalidOperationException($"The load client exited with {client.ExitCode}.");
    }

    /// <summary>Also measures the server's processor time per call.</summary>
    public static async Task<(LoadResult Result, TimeSpan ServerTimePerCall)> Measure(ServiceProcess server, LoadJob job)
    {
        using var process = Process.GetProcessById(server.Process.Id);
        var before = process.TotalProcessorTime;
        var result = await Start(job);
        process.Refresh();
        return (result, (process.TotalProcessorTime - before) / result.AllCalls);
    }

    /// <summary>This program as another process with redirected output.</summary>
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
