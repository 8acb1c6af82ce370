// At stake: an interceptor that silently lets one kind of call pass. gRPC has a method for each kind, and overriding three of them is easy.
// By reflection over every interceptor of the product.
using System.Reflection;
using Grpc.Core.Interceptors;
using Xunit;

namespace Mining.Mesh.Tests.Hardening;

public sealed class InterceptorTests
{
    private static readonly string[] Handlers =
    [
        nameof(Interceptor.UnaryServerHandler),
        nameof(Interceptor.ClientStreamingServerHandler),
        nameof(Interceptor.ServerStreamingServerHandler),
        nameof(Interceptor.DuplexStreamingServerHandler),
    ];

    /// <summary>The kinds of call that an interceptor does not handle, and why it need not.</summary>
    private static readonly Dictionary<string, string> Unhandled = new()
    {
        ["TokenCheck.ClientStreamingServerHandler"] = "the sidecar of the local mesh has unary methods only",
        ["TokenCheck.ServerStreamingServerHandler"] = "the sidecar of the local mesh has unary methods only",
        ["TokenCheck.DuplexStreamingServerHandler"] = "the sidecar of the local mesh has unary methods only",
    };

    public static TheoryData<string, string> Every => [.. Interceptors.SelectMany(type => Handlers.Select(handler => (type.Name, handler)))];

    private static IReadOnlyList<Type> Interceptors { get; } =
    [
        .. ((string[])["Mining.Platform", "Mining.Projects", "Mining.Investors", "Mining.Refining", "Mining.Gateway", "Mining.LocalMesh", "mining"])
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Interceptor))),
    ];

    [Theory]
    [MemberData(nameof(Every))]
    public void An_interceptor_handles_every_kind_of_call_or_says_why_not(string interceptor, string handler)
    {
        var type = Interceptors.Single(type => type.Name == interceptor);
        var isHandled = type.GetMethod(handler)!.DeclaringType != typeof(Interceptor);
        Assert.NotEqual(Unhandled.ContainsKey($"{interceptor}.{handler}"), isHandled);
    }

    [Fact]
    public void The_services_interceptors_are_all_covered() =>
        Assert.Superset(new HashSet<string> { "ErrorInterceptor", "AuditInterceptor", "AccessInterceptor" }, Interceptors.Select(type => type.Name).ToHashSet());
}
