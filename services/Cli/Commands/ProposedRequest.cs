using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Cli.Shell;
using Mining.Investors.V1;
using Mining.Primitives.Catalogues;
using Mining.Projects.V1;

namespace Mining.Cli.Commands;

/// <summary>The command of a proposal: the method by name, its request as JSON.</summary>
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

    /// <exception cref="UsageException">The method cannot be proposed, or the file is unreadable or not such a request.</exception>
    public static async Task<IMessage> Read(string method, FileInfo? file, TextReader input, CancellationToken cancellation)
    {
        var request = Requests.FirstOrDefault(known => MethodOf(known).Equals(method, StringComparison.OrdinalIgnoreCase)) ?? throw new UsageException(
            $"{Quote.Of(method)} cannot be proposed; the methods are {string.Join(", ", Methods)}.");
        try
        {
            if (file is { Exists: true, Length: > MaxFileBytes })
                throw new UsageException($"{file} has {file.Length} bytes; at most {MaxFileBytes} are allowed.");
            var json = file is null ? await input.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(file.FullName, Encoding.UTF8, cancellation);
            return JsonParser.Default.Parse(json, request);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new UsageException($"{file?.ToString() ?? "The input"} is not a valid {request.Name} in JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read: {exception.Message}");
        }
    }

    private static string MethodOf(MessageDescriptor request) => request.Name[..^"Request".Length];
}
