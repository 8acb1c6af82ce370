// At stake: client programs depend on the form of every error: always an ErrorInfo, plus the details that fit.
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Mining.Platform.Errors;
using Xunit;

namespace Mining.Platform.Tests.Errors;

public sealed class RefusalTests
{
    public static TheoryData<Refusal, StatusCode, string, string[]> Refusals() => new()
    {
        { Refusal.Invalid("name", "must be given."), StatusCode.InvalidArgument, "INVALID_FIELDS", ["ErrorInfo", "BadRequest"] },
        { Refusal.NotFound("mining/Project", "projects/a"), StatusCode.NotFound, "RESOURCE_NOT_FOUND", ["ErrorInfo", "ResourceInfo"] },
        { Refusal.AlreadyExists("mining/Project", "projects/a"), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS", ["ErrorInfo", "ResourceInfo"] },
        { Refusal.Precondition("NOT_SIGNED", "commitments/c", "It is not signed."), StatusCode.FailedPrecondition, "NOT_SIGNED", ["ErrorInfo", "PreconditionFailure"] },
        { Refusal.EtagMismatch("projects/a", "1", "2"), StatusCode.Aborted, "ETAG_MISMATCH", ["ErrorInfo"] },
        { Refusal.Unavailable("AWAY", "It is away."), StatusCode.Unavailable, "AWAY", ["ErrorInfo", "RetryInfo"] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Each_refusal_has_its_code_its_reason_and_the_details_that_fit(Refusal refusal, StatusCode code, string reason, string[] details)
    {
        var status = refusal.ToStatus();
        Assert.Equal((int)code, status.Code);
        Assert.Equal(details, status.Details.Select(detail => Any.GetTypeName(detail.TypeUrl).Split('.')[^1]));
        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal((reason, "mining"), (info.Reason, info.Domain));
        Assert.Matches("^[A-Z][A-Z0-9_]*[A-Z0-9]$", info.Reason);
        Assert.EndsWith(".", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_names_the_first_violations_and_counts_the_rest()
    {
        var refusal = Refusal.Invalid([.. Enumerable.Range(1, 5).Select(i => new BadRequest.Types.FieldViolation { Field = $"f{i}", Description = "is wrong." })]);
        Assert.Equal("f1 is wrong. f2 is wrong. f3 is wrong. And 2 more.", refusal.Message);
        Assert.Equal(5, refusal.Fields.Count);
    }

    [Fact]
    public void A_decision_is_a_state_or_a_refusal()
    {
        Decision<string> allowed = "state";
        Assert.Null(allowed.Refusal);
        Assert.Equal("state", allowed.OrThrow());
        Decision<string> refused = Refusal.Precondition("NO", "x", "No.");
        Assert.Equal("NO", Assert.Throws<RefusedException>(() => refused.OrThrow()).Refusal.Reason);
    }
}
