using Grpc.Core;

namespace Mining.Platform.Commit;

/// <summary>Who calls, as the change log records it.</summary>
public sealed record Caller(string Name)
{
    /// <summary>The metadata key in which a caller names itself.</summary>
    public const string MetadataKey = "mining-caller";

    private const int LongestName = 128;

    /// <summary>The caller of a gRPC call; <c>anonymous</c> when it names itself not at all or not printably.</summary>
    public static Caller From(ServerCallContext call)
    {
        var name = call.RequestHeaders.GetValue(MetadataKey);
        return new Caller(name is { Length: > 0 and <= LongestName } && name.All(c => c is > ' ' and < '\u007f') ? name : "anonymous");
    }
}
