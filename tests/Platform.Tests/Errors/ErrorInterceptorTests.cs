// At stake: no kind of call may lose the details of its errors. The interceptor handles each kind as the server passes it on.
using Grpc.Core;
using Mining.Platform.Errors;
using Mining.Platform.Tests.Support;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Platform.Tests.Errors;

public sealed class ErrorInterceptorTests
{
    private static readonly ErrorInterceptor Interceptor = new(new ExceptionMapper(new LogLines<ExceptionMapper>()));
    private static readonly RefusedException Refused = new(Refusal.NotFound("mining/Project", "projects/none"));

    public static TheoryData<string, Func<ServerCallContext, Task>> Kinds => new()
    {
        { "unary", context => Interceptor.UnaryServerHandler<Project, Project>(new(), context, (_, _) => throw Refused) },
        { "client stream", context => Interceptor.ClientStreamingServerHandler<Project, Project>(null!, context, (_, _) => throw Refused) },
        { "server stream", context => Interceptor.ServerStreamingServerHandler<Project, Project>(new(), null!, context, (_, _, _) => throw Refused) },
        { "duplex stream", context => Interceptor.DuplexStreamingServerHandler<Project, Project>(null!, null!, context, (_, _, _) => throw Refused) },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public async Task A_refusal_is_sent_with_its_details(string kind, Func<ServerCallContext, Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call(new TestCall()));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.True(error.GetRpcStatus() is { Details.Count: > 0 }, kind);
    }

    private sealed class TestCall : ServerCallContext
    {
        protected override string MethodCore => "/mining.test.v1.TestService/Test";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore { get; } = [];

        protected override CancellationToken CancellationTokenCore => CancellationToken.None;

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore { get; } = new(null, []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
