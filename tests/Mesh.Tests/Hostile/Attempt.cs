using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>A request as bytes, and its outcome.</summary>
/// <param name="Label">How to repeat it.</param>
/// <param name="Headers">The metadata of the refusal.</param>
internal sealed record Attempt(MethodDescriptor Method, string Label, byte[] Request, StatusCode Code, string Detail, Metadata Headers, IMessage? Answer)
{
    /// <summary>The most metadata that clients of other languages accept (gRPC's recommended limit).</summary>
    public const int MaxMetadataBytes = 8 << 10;

    /// <summary>The largest message that the services accept.</summary>
    public const int MaxMessageBytes = 4 << 20;

    private static readonly StatusCode[] Expected =
    [
        StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.AlreadyExists, StatusCode.FailedPrecondition, StatusCode.Aborted,
    ];

    private static readonly Regex Reason = new("^[A-Z][A-Z0-9_]+[A-Z0-9]$");

    /// <summary>What is wrong with the answer; null if nothing is.</summary>
    public string? Problem
    {
        get
        {
            if (!Expected.Contains(Code) && !(Code == StatusCode.ResourceExhausted && Request.Length > MaxMessageBytes))
                return $"is answered with {Code}";
            if (Code == StatusCode.OK)
                return (Answer as BatchWriteResponse)?.Results.FirstOrDefault(result => !Expected.Contains((StatusCode)(result.Refusal?.Code ?? 0))) is { } row ? $"has the row {row}" : null;
            var status = new RpcException(new Grpc.Core.Status(Code, Detail), Headers).GetRpcStatus();
            var info = status?.GetDetail<ErrorInfo>();
            if (info is null)
                return "is refused without ErrorInfo";
            if (info.Domain != "mining" || !Reason.IsMatch(info.Reason))
                return $"is refused with the ErrorInfo {info}";
            if (status!.Code != (int)Code)
                return $"is refused with {Code} outside and {status.Code} inside";
            if (info.Reason == "INVALID_FIELDS" && status.GetDetail<BadRequest>() is not { FieldViolations.Count: > 0 })
                return "is refused for its fields, of which none is named";
            if (status.GetDetail<BadRequest>()?.FieldViolations.Any(violation => violation.Field.Length == 0 || violation.Description.Length < 5) == true)
                return "is refused for a field without name or reason";
            if (Detail.Contains("Exception", StringComparison.Ordinal) || Detail.Contains("   at ", StringComparison.Ordinal))
                return "is refused with the service's inner life";
            var size = Headers.Sum(entry => 32 + entry.Key.Length + (entry.IsBinary ? entry.ValueBytes.Length * 4 / 3 : Uri.EscapeDataString(entry.Value).Length))
                + Uri.EscapeDataString(Detail).Length;
            return size > MaxMetadataBytes ? $"is refused with {size} bytes of metadata" : null;
        }
    }

    public override string ToString()
    {
        var request = Convert.ToBase64String(Request);
        return $"{Method.FullName} ({Label}) {Problem}: {Code} {Detail[..Math.Min(Detail.Length, 300)]}\n    request {request[..Math.Min(request.Length, 400)]}";
    }
}
