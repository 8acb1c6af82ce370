// At stake: only authenticated callers get in, and each may do exactly what the access table allows. Every method, at the gateway and at
// its own service, with every role, with and without a side, and with every kind of invalid token; over the real wire.
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Mining.LocalMesh.Identity;
using Mining.Mesh.Tests.Hostile;
using Mining.Platform.Authentication;
using Mining.Testing;
using Xunit;
using AccessTable = Mining.Platform.Authorization.AccessTable;
using Right = Mining.Platform.Authorization.Access;

namespace Mining.Mesh.Tests.Access;

public sealed class AccessMatrixTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>
{
    private static readonly (string Name, Roles Roles)[] People =
        [("officer", Roles.Officer), ("board", Roles.Board), ("operator", Roles.Operator), ("auditor", Roles.Auditor), ("nobody", Roles.None)];

    [Fact]
    public void Every_method_has_a_row_and_every_row_a_method()
    {
        var served = HostileMesh.Methods.Select(method => $"{method.Service.FullName}/{method.Name}")
            .Concat(ServerReflection.Descriptor.Methods.Select(method => $"{method.Service.FullName}/{method.Name}"))
            .Append("grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
        Assert.Equal(served.Order(), AccessTable.Rows.Where(row => row.NeedsToken).Select(row => row.Method).Order());
    }

    [Fact]
    public async Task Every_call_needs_a_valid_token()
    {
        var wrong = new List<string>();
        foreach (var (name, token, reason) in Tokens.Bad)
        {
            foreach (var (address, method) in matrix.Endpoints)
            {
                using var channel = TestIssuer.ChannelWith(address, token);
                var (code, actualReason) = await Try(channel, method);
                if ((code, actualReason) != (StatusCode.Unauthenticated, reason))
                    wrong.Add($"{method.Name} at {address} with {name}: {code} {actualReason}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_role_may_call_exactly_the_methods_in_its_row()
    {
        var wrong = new List<string>();
        foreach (var (name, roles) in People.Append(("service", Roles.Service)))
        {
            foreach (var sides in (string[][])[[], ["EU"]])
            {
                var persona = name == "service"
                    ? new Persona("service-account:refining", "", sides, [])
                    : new Persona($"{name}-{sides.Length}", "", sides, [name]);
                foreach (var group in matrix.Endpoints.GroupBy(door => door.Address))
                {
                    using var channel = TestIssuer.Channel(group.Key, persona);
                    foreach (var (address, method) in group)
                    {
                        var row = AccessTable.Of($"/{method.Service.FullName}/{method.Name}")!;
                        var acts = name != "service" && sides.Length > 0;
                        var expected = (row.Of(roles), acts) switch
                        {
                            (Right.Denied, _) => "ROLE_NOT_ALLOWED",
                            (Right.OwnSide or Right.BothSides, false) => "SIDE_REQUIRED",
                            _ => "",
                        };
                        var (code, actualReason) = await Try(channel, method);
                        var isRight = expected.Length > 0
                            ? (code, actualReason) == (StatusCode.PermissionDenied, expected)
                            : code is not (StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.Internal or StatusCode.Unknown);
                        if (!isRight)
                            wrong.Add($"{method.Name} at {address} as {name} of {sides.Length} sides: {code} {actualReason}, not {expected}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Health_needs_no_token_and_reflection_does()
    {
        foreach (var service in matrix.Mesh.Services)
        {
            using var nobody = TestIssuer.ChannelWith(service.Address, token: null);
            await new Grpc.Health.V1.Health.HealthClient(nobody).CheckAsync(new());
            await Refused.By(() => Reflect(nobody), StatusCode.Unauthenticated, "TOKEN_MISSING");
            await Reflect(service.Channel);
        }

        static async Task Reflect(GrpcChannel channel)
        {
            using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
            await call.RequestStream.WriteAsync(new() { ListServices = "" });
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        }
    }

    [Fact]
    public void A_method_missing_from_the_table_is_refused_to_everybody()
    {
        var everything = new Caller("all") { Sides = ["EU", "US"], Roles = Roles.Officer | Roles.Board | Roles.Operator | Roles.Auditor | Roles.Service };
        var refused = Assert.Throws<Platform.Errors.RefusedException>(() => AccessTable.Authorise("/mining.new.v1.NewService/Act", everything));
        Assert.Equal("ROLE_NOT_ALLOWED", refused.Refusal.Reason);
        Assert.True(AccessTable.NeedsToken("/mining.new.v1.NewService/Act"));
    }

    private static async Task<(StatusCode Code, string Reason)> Try(GrpcChannel channel, MethodDescriptor method)
    {
        var attempt = await new RawCaller(channel).Call(method, "", []);
        var status = attempt.Headers.FirstOrDefault(entry => entry.Key == "grpc-status-details-bin")?.ValueBytes;
        var reason = status is null ? "" : Google.Rpc.Status.Parser.ParseFrom(status).GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? "";
        return (attempt.Code, reason);
    }
}

/// <summary>A mesh, and every method at every address that serves it.</summary>
public sealed class MatrixMesh : IAsyncLifetime
{
    public MeshProcesses Mesh { get; } = new();

    internal IReadOnlyList<(string Address, MethodDescriptor Method)> Endpoints =>
    [
        .. HostileMesh.Methods.Select(method => (Mesh.Gateway.Address, method)),
        .. Mesh.Owners.SelectMany(owner => HostileMesh.Methods
            .Where(method => method.Service.FullName.StartsWith($"mining.{owner.Name}.", StringComparison.Ordinal) || method.Service.Name is "ChangeFeedService" or "AuditService"
                || (method.Service.Name == "ProposalService" && owner.Name != "refining"))
            .Select(method => (owner.Address, method))),
    ];

    public async ValueTask InitializeAsync() => await Mesh.Start();

    public ValueTask DisposeAsync() => Mesh.DisposeAsync();
}
