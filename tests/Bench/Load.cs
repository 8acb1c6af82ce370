using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Mining.Portfolio.V1;
using Mining.Testing;

namespace Mining.Bench;

/// <summary>
/// A client process of its own that asks for summaries as fast as it is answered, over 8 connections with 16 calls each at a time. It does
/// not read the answers: what a client does with them is no cost of the server.
/// </summary>
internal static class Load
{
    private const int Connections = 8;
    private const int StreamsOfEach = 16;
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    private static readonly Method<byte[], byte[]> Summary = new(
        MethodType.Unary, PortfolioService.Descriptor.FullName, nameof(PortfolioService.PortfolioServiceClient.GetPortfolioSummary), Bytes, Bytes);

    /// <summary>Loads for a while and prints how many calls were answered, and in how many seconds.</summary>
    public static async Task<int> Run(string address, string token, TimeSpan length)
    {
        var channels = Enumerable.Range(0, Connections).Select(_ => TestIssuer.ChannelWith(address, token)).ToList();
        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(channels.SelectMany(channel => Enumerable.Range(0, StreamsOfEach).Select(_ => Task.Run(async () =>
        {
            var invoker = channel.CreateCallInvoker();
            var count = 0L;
            while (Stopwatch.GetElapsedTime(begin) < length)
            {
                using var call = invoker.AsyncUnaryCall(Summary, null, default, []);
                await call.ResponseAsync;
                count++;
            }

            return count;
        }))));
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{counts.Sum()} {Stopwatch.GetElapsedTime(begin).TotalSeconds:F3}"));
        foreach (var channel in channels)
            channel.Dispose();
        return 0;
    }

    /// <summary>Runs the same as a process; calls a second, and what each cost the server in processor time.</summary>
    public static async Task<(double CallsPerSecond, TimeSpan ServerTimePerCall)> Measure(ServiceProcess server, TimeSpan length)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Mining.Bench.dll"), "load", server.Address, $"{length.TotalSeconds}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["MINING_TOKEN"] = TestIssuer.Shared.TokenFor(TestIssuer.Developer);
        using var process = Process.GetProcessById(server.Process.Id);
        var before = process.TotalProcessorTime;
        using var client = Process.Start(start)!;
        var said = (await client.StandardOutput.ReadToEndAsync()).Trim().Split(' ');
        await client.WaitForExitAsync();
        if (client.ExitCode != 0 || said.Length != 2)
            throw new InvalidOperationException($"The load client ended with {client.ExitCode}.");
        process.Refresh();
        var calls = long.Parse(said[0], CultureInfo.InvariantCulture);
        return (calls / double.Parse(said[1], CultureInfo.InvariantCulture), (process.TotalProcessorTime - before) / calls);
    }
}
