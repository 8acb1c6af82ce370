using Google.Protobuf;
using Grpc.Core;
using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Primitives.Numbers;

namespace Mining.Cli.Import;

/// <summary>Imports the European Central Bank's file <c>eurofxref-hist.csv</c> in parts that fit into one call.</summary>
public static class RateFile
{
    /// <summary>Maximum size of a part, as the API limits it.</summary>
    public const int MaxPartBytes = 3 * 1024 * 1024;

    /// <summary>A part of a file: the header, followed by some of its lines.</summary>
    /// <param name="FirstLine">The line number in the file of the first line after the part's header.</param>
    /// <param name="Csv">The content.</param>
    public sealed record Part(int FirstLine, byte[] Csv);

    /// <summary>The server refused a part.</summary>
    public sealed class PartRefusedException(Part part, RpcException refusal) : Exception("A part of the file was refused.", refusal)
    {
        public Part Part { get; } = part;

        public RpcException Refusal { get; } = refusal;
    }

    /// <summary>Imports the file. All parts are validated before the first is imported, so an invalid line prevents any change.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    /// <exception cref="PartRefusedException">The server refused a part.</exception>
    public static async Task<ImportExchangeRatesResponse> Run(
        CallInvoker gateway, string path, DateOnly? from, TimeProvider time, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            throw new UsageException($"The file {path} does not exist.");
        var connection = new ImportGateway(gateway, time);
        var total = new ImportExchangeRatesResponse();
        foreach (var validateOnly in new[] { true, false })
        {
            total = new ImportExchangeRatesResponse();
            foreach (var part in Split(File.ReadLines(path), MaxPartBytes))
            {
                var response = await Send(connection, part, from, validateOnly, cancellation);
                total.ImportedDays += response.ImportedDays;
                total.UnchangedDays += response.UnchangedDays;
            }
        }

        return total;
    }

    /// <summary>Splits a file into parts of limited size, each with the header. A longer line becomes a part of its own.</summary>
    public static IEnumerable<Part> Split(IEnumerable<string> lines, int mostBytes)
    {
        byte[] header = [];
        var buffer = new MemoryStream();
        var firstLine = 2;
        foreach (var (index, text) in lines.Index())
        {
            var line = System.Text.Encoding.UTF8.GetBytes(text + "\n");
            if (index == 0)
            {
                header = line;
                buffer.Write(header);
                continue;
            }

            if (buffer.Length > header.Length && buffer.Length + line.Length > mostBytes)
            {
                yield return new Part(firstLine, buffer.ToArray());
                firstLine = index + 1;
                buffer.SetLength(0);
                buffer.Write(header);
            }

            buffer.Write(line);
        }

        if (buffer.Length > 0)
            yield return new Part(firstLine, buffer.ToArray());
    }

    private static async Task<ImportExchangeRatesResponse> Send(
        ImportGateway connection, Part part, DateOnly? from, bool validateOnly, CancellationToken cancellation)
    {
        var request = new ImportExchangeRatesRequest
        {
            Csv = ByteString.CopyFrom(part.Csv),
            FromDate = from is { } day ? PartialDate.From(day).ToDate() : null,
            ValidateOnly = validateOnly,
        };
        try
        {
            return await connection.Call((clients, options) => clients.Investors.ImportExchangeRatesAsync(request, options), cancellation);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.InvalidArgument)
        {
            throw new PartRefusedException(part, exception);
        }
    }
}
