using Grpc.Core;
using Xunit;

namespace Mining.Testing;

/// <summary>Helpers for refused calls.</summary>
public static class Refused
{
    /// <summary>Makes a call that must be refused, and returns its rich status.</summary>
    public static async Task<Google.Rpc.Status> By(Func<Task> call, StatusCode code, string reason)
    {
        var exception = await Assert.ThrowsAnyAsync<RpcException>(call);
        Assert.True(exception.StatusCode == code, $"expected {code}, got {exception.Status}");
        var status = exception.GetRpcStatus();
        Assert.NotNull(status);
        var info = status.GetDetail<Google.Rpc.ErrorInfo>();
        Assert.NotNull(info);
        Assert.Equal("mining", info.Domain);
        Assert.Equal(reason, info.Reason);
        return status;
    }

    /// <summary>The message of a status about a field.</summary>
    public static string Description(this Google.Rpc.Status status, string field) =>
        status.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Single(violation => violation.Field == field).Description;

    /// <summary>The fields named by a status, in order.</summary>
    public static string[] Fields(this Google.Rpc.Status status) =>
        [.. status.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations.Select(violation => violation.Field) ?? []];
}
