using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Mining.Bench.Data;
using Mining.Bench.Frame;
using Mining.Changes.V1;

namespace Mining.Bench.Measurements;

/// <summary>
/// The yardsticks for catching up, as processes: streaming the same bytes over gRPC, or reading the same rows, and nothing else.
/// </summary>
internal static class BareStream
{
    public const string Verb = "stream";

    /// <param name="from">An address, or a SQLite file.</param>
    public static async Task<int> Run(string from)
    {
        if (from.StartsWith("http", StringComparison.Ordinal))
        {
            using var channel = GrpcChannel.ForAddress(from, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 });
            var method = Raw.StreamOfBytes(ChangeFeedService.Descriptor.FullName, "ReadChanges", ReadChangesRequest.Parser);
            await Task.WhenAll(((string[])["projects", "investors", "refining"]).Select(async source =>
            {
                using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, default, new ReadChangesRequest { Source = source });
                while (await call.ResponseStream.MoveNext(default))
                {
                    // All bytes have arrived.
                }
            }));
        }
        else
        {
            await using var connection = new SqliteConnection($"Data Source={from};Mode=ReadOnly");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT change FROM checkpoint_change";
            await using var reader = command.ExecuteReader();
            while (reader.Read())
                _ = reader.GetFieldValue<byte[]>(0);
        }

        return 0;
    }

    /// <summary>Milliseconds from the launch of the process to its exit.</summary>
    public static async Task<double> Measure(string from)
    {
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(Load.ProgramOf(Verb, from))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(begin).TotalMilliseconds
            : throw new InvalidOperationException($"The process that streams {from} exited with {process.ExitCode}.");
    }
}
