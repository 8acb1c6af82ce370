using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Primitives.Catalogues;
using Mining.Projects.V1;

namespace Mining.Cli.Commands;

/// <summary>The request that a person proposes: its method by name, its fields as JSON.</summary>
internal static class ProposedRequest
{
    private const long MaxFileBytes = 1 << 20;

    private static readonly IReadOnlyList<MessageDescriptor> Requests =
    [
        ChangeStageRequest.Descriptor, UpdatePartnershipRequest.Descriptor, UpdateInvestorRequest.Descriptor, CreateCommitmentRequest.Descriptor,
        UpdateCommitmentRequest.Descriptor, SignCommitmentRequest.Descriptor, CancelCommitmentRequest.Descriptor, RecordDisbursementRequest.Descriptor,
    ];

    /// <summary>The methods that can be proposed.</summary>
    public static IEnumerable<string> Methods => Requests.Select(MethodOf);

    /// <exception cref="UsageException">The method is not known, the file cannot be read, or it is no such request.</exception>
    public static async Task<IMessage> Read(string method, FileInfo? file, TextReader input, CancellationToken cancellation)
    {
        var request = Requests.FirstOrDefault(known => MethodOf(known).Equals(method, StringComparison.OrdinalIgnoreCase)) ?? throw new UsageException(
            $"{Quote.Of(method)} cannot be proposed; what can is {string.Join(", ", Methods)}.");
        try
        {
            if (file is { Exists: true, Length: > MaxFileBytes })
                throw new UsageException($"{file} has {file.Length} bytes; at most {MaxFileBytes} are read.");
            var json = file is null ? await input.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(file.FullName, Encoding.UTF8, cancellation);
            return JsonParser.Default.Parse(json, request);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new UsageException($"{file?.ToString() ?? "The input"} is no {request.Name} as JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read: {exception.Message}");
        }
    }

    private static string MethodOf(MessageDescriptor request) => request.Name[..^"Request".Length];
}
