// At stake: a cluster restarts a process that is not alive, and sends calls and deliveries only to one that is ready. A missing database
// must never look like a dead process. Tested over gRPC, as kubelet and sidecar ask.
using System.Globalization;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Platform.Hosting;
using Mining.Platform.Tests.Support;
using Mining.Testing;
using Xunit;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Mining.Platform.Tests.Hosting;

public sealed class HealthEndpointTests : IAsyncLifetime
{
    private static readonly Method<Empty, Empty> AppHealth = new(
        MethodType.Unary, "dapr.proto.runtime.v1.AppCallbackHealthCheck", "HealthCheck",
        Marshallers.Create<Empty>(message => message.ToByteArray(), Empty.Parser.ParseFrom),
        Marshallers.Create<Empty>(message => message.ToByteArray(), Empty.Parser.ParseFrom));

    private readonly Storage storage = new();
    private InProcess process = null!;
    private GrpcChannel probe = null!;

    public async ValueTask InitializeAsync()
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServiceProcess.FreePort()}");
        process = await InProcess.Start(
            "investors",
            builder =>
            {
                builder.Services.AddSingleton<IChangeSubscriber>(new Subscriber());
                builder.Services.AddHealthChecks().AddCheck(ChangeLogHealth.Name, storage);
            },
            settings: $"Mesh:HealthListen={address}");
        probe = GrpcChannel.ForAddress(address);
    }

    public async ValueTask DisposeAsync()
    {
        probe.Dispose();
        await process.DisposeAsync();
    }

    [Fact]
    public async Task Without_its_database_a_process_is_alive_and_not_ready()
    {
        Assert.Equal((ServingStatus.Serving, ServingStatus.Serving), await Ask());
        storage.Answer = HealthCheckResult.Unhealthy();
        Assert.Equal((ServingStatus.Serving, ServingStatus.NotServing), await Ask());
        storage.Answer = HealthCheckResult.Degraded();
        Assert.Equal((ServingStatus.Serving, ServingStatus.Serving), await Ask());
    }

    [Fact]
    public async Task Without_its_database_a_process_asks_the_sidecar_to_deliver_later()
    {
        await process.DeliveryChannel.CreateCallInvoker().AsyncUnaryCall(AppHealth, null, default, new Empty());
        storage.Answer = HealthCheckResult.Unhealthy();
        await Refused.By(
            async () => await process.DeliveryChannel.CreateCallInvoker().AsyncUnaryCall(AppHealth, null, default, new Empty()),
            StatusCode.Unavailable,
            "STORAGE_UNAVAILABLE");
    }

    [Fact]
    public async Task The_health_address_serves_only_health_checks()
    {
        foreach (var service in (string[])["grpc.reflection.v1.ServerReflection", AppCallback.Descriptor.FullName, "mining.changes.v1.ChangeFeedService"])
        {
            var method = new Method<Empty, Empty>(MethodType.Unary, service, "Any", AppHealth.RequestMarshaller, AppHealth.ResponseMarshaller);
            var refused = await Assert.ThrowsAsync<RpcException>(
                async () => await probe.CreateCallInvoker().AsyncUnaryCall(method, null, default, new Empty()));
            Assert.Equal((StatusCode.Unimplemented, "Bad gRPC response. HTTP status code: 404"), (refused.StatusCode, refused.Status.Detail));
        }
    }

    private async Task<(ServingStatus Alive, ServingStatus Ready)> Ask()
    {
        var health = new Health.HealthClient(probe);
        return ((await health.CheckAsync(new() { Service = HealthEndpoint.Liveness })).Status, (await health.CheckAsync(new())).Status);
    }

    private sealed class Storage : IHealthCheck
    {
        public HealthCheckResult Answer { get; set; } = HealthCheckResult.Healthy();

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Answer);
    }

    private sealed class Subscriber : IChangeSubscriber
    {
        public IReadOnlyList<string> Sources { get; } = ["projects"];

        public ValueTask Take(Change change, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask Take(Heartbeat heartbeat, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
