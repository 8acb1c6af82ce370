using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Mining.Mesh.Tests.Hostile;
using Mining.Platform.Commit;
using Mining.Testing;

namespace Mining.Mesh.Tests.Kills;

/// <summary>
/// One command of a client, sent once or, with a request id, repeatedly. It records its answers and detects forbidden ones: two different
/// answers, or an unexpected error.
/// </summary>
internal sealed class Write
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly StatusCode[] FinalCodes =
    [
        StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.AlreadyExists, StatusCode.FailedPrecondition, StatusCode.Aborted,
        StatusCode.ResourceExhausted,
    ];

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    private readonly MethodDescriptor method;
    private readonly IMessage request;
    private readonly string token;

    public Write(string actor, IMessage request)
    {
        Actor = $"local:{actor}";
        token = TestIssuer.Shared.TokenFor(TestIssuer.Developer with { Name = actor });
        this.request = request;
        method = HostileMesh.Methods.Single(method => method.InputType == request.Descriptor);
        RequestId = Field<string>("request_id") ?? "";
        OnlyAsked = Field<bool>("validate_only");
    }

    public string Actor { get; }

    public string RequestId { get; }

    /// <summary>A validate-only command must change nothing. Its answer is not remembered, so a later one may differ.</summary>
    public bool OnlyAsked { get; }

    /// <summary>Identifies its change in the log.</summary>
    public string Key => $"{Actor} {RequestId}";

    /// <summary>Its answer; the same for every repetition.</summary>
    public IMessage? Answer { get; private set; }

    /// <summary>The reason of its refusal, if that was the final answer.</summary>
    public string? Refusal { get; private set; }

    /// <summary>How often it was sent, and how often no answer came.</summary>
    public int SentCount { get; private set; }

    public int UnansweredCount { get; private set; }

    /// <summary>When it was sent last.</summary>
    public DateTimeOffset LastSentTime { get; private set; }

    /// <summary>The statuses that mean "no answer".</summary>
    public HashSet<string> Silences { get; } = [];

    /// <summary>The forbidden outcome, if one occurred.</summary>
    public string? Problem { get; private set; }

    public bool IsOpen => Answer is null && Refusal is null;

    public bool IsRepeatable => RequestId.Length > 0;

    /// <summary>Sends it. No answer means that the gateway or the service is down, or went down during the call.</summary>
    public async Task Send(ChannelBase channel)
    {
        SentCount++;
        LastSentTime = TimeProvider.System.GetUtcNow();
        Refusal = null;
        var raw = new Method<byte[], byte[]>(MethodType.Unary, method.Service.FullName, method.Name, Bytes, Bytes);
        var options = new CallOptions(
            new Metadata { { "authorization", $"Bearer {token}" } }, LastSentTime.UtcDateTime + Timeout);
        try
        {
            using var call = channel.CreateCallInvoker().AsyncUnaryCall(raw, null, options, request.ToByteArray());
            var answer = method.OutputType.Parser.ParseFrom(await call.ResponseAsync);
            if (Answer is not null && !Answer.Equals(answer) && !OnlyAsked)
                Problem = $"was first answered {Answer} and then {answer}";
            Answer ??= answer;
        }
        catch (RpcException error)
        {
            Take(error);
        }
    }

    public override string ToString() => $"{method.Name} of {Actor} [{RequestId}], sent {SentCount} times, {UnansweredCount} without answer: {request}";

    private void Take(RpcException error)
    {
        var info = error.GetRpcStatus()?.GetDetail<ErrorInfo>();
        if (info is not null && FinalCodes.Contains(error.StatusCode))
        {
            Refusal = info.Reason;
            if (Answer is not null && !OnlyAsked)
                Problem = $"was answered and later refused: {error.Status}";
            return;
        }

        // A status without ErrorInfo comes from the client's own library, about a broken connection.
        if (info is not null && error.StatusCode is not StatusCode.Unavailable)
            Problem = $"was answered with {error.Status}";
        UnansweredCount++;
        Silences.Add($"{error.StatusCode}{(info is null ? "" : " " + info.Reason)}");
    }

    private T? Field<T>(string name) => request.Descriptor.FindFieldByName(name)?.Accessor.GetValue(request) is T value ? value : default;
}
