using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mining.Testing;
using Answer = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace Mining.LocalMesh.Tests;

/// <summary>A delivery as an app sees it.</summary>
internal sealed record Delivery(TopicEventRequest Event, string ApiToken);

/// <summary>The smallest app that Dapr can deliver to, on a loopback port of its own. It can go away and come back on the same port.</summary>
internal sealed class FakeApp : IAsyncDisposable
{
    private readonly Channel<Delivery> received = Channel.CreateUnbounded<Delivery>();
    private readonly ConcurrentDictionary<string, int> attempts = [];
    private static int ports;
    private WebApplication? web;

    public int Port { get; private set; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public List<TopicSubscription> Subscriptions { get; } = [];

    /// <summary>What the app says to an event on the nth delivery of its id, counted from 1.</summary>
    public Func<TopicEventRequest, int, Answer> Decide { get; set; } = (_, _) => Answer.Success;

    /// <summary>The token that came with each question for the app's subscriptions; empty: none.</summary>
    public ConcurrentQueue<string> TokensOfDiscovery { get; } = [];

    /// <summary>What the app says when it is asked for its health.</summary>
    public bool IsHealthy { get; set; } = true;

    /// <summary>Times the app was asked for its health.</summary>
    public int HealthChecks { get; private set; }

    public static FakeApp Following(params string[] topics)
    {
        var app = new FakeApp();
        foreach (var topic in topics)
            app.Subscriptions.Add(new TopicSubscription { PubsubName = Mesh.Pubsub, Topic = topic, Routes = new TopicRoutes { Default = $"/{topic}" } });
        return app;
    }

    /// <summary>
    /// Starts on the port it had, or on a new one below those that the system gives to outgoing connections:
    /// nothing takes it while the app is away.
    /// </summary>
    public async Task<FakeApp> StartAsync()
    {
        while (web is null)
        {
            var port = Port > 0 ? Port : 20_000 + (Interlocked.Increment(ref ports) + (Environment.ProcessId * 50)) % 12_000;
            try
            {
                web = await GrpcServer.Start(port, services => services.AddSingleton(this), server =>
                {
                    server.MapGrpcService<Callback>();
                    server.MapGrpcService<HealthCallback>();
                });
                Port = port;
            }
            catch (IOException) when (Port == 0)
            {
            }
        }

        return this;
    }

    public async Task StopAsync()
    {
        await web!.StopAsync();
        await web.DisposeAsync();
        web = null;
    }

    /// <summary>The next delivery, waited for at most half a minute.</summary>
    public async Task<Delivery> NextAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        return await received.Reader.ReadAsync(timeout.Token);
    }

    public async Task<List<string>> NextIdsAsync(int count)
    {
        var ids = new List<string>();
        while (ids.Count < count)
            ids.Add((await NextAsync()).Event.Id);
        return ids;
    }

    /// <summary>What the app has answered SUCCESS to.</summary>
    public ConcurrentQueue<TopicEventRequest> Taken { get; } = [];

    public bool HasReceivedNothingMore => !received.Reader.TryRead(out _);

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
            await StopAsync();
    }

    private sealed class HealthCallback(FakeApp app) : AppCallbackHealthCheck.AppCallbackHealthCheckBase
    {
        public override Task<HealthCheckResponse> HealthCheck(Empty request, ServerCallContext context)
        {
            app.HealthChecks++;
            return app.IsHealthy ? Task.FromResult(new HealthCheckResponse()) : throw new RpcException(new Status(StatusCode.Unavailable, "not now"));
        }
    }

    private sealed class Callback(FakeApp app) : AppCallback.AppCallbackBase
    {
        public override Task<ListTopicSubscriptionsResponse> ListTopicSubscriptions(Empty request, ServerCallContext context)
        {
            app.TokensOfDiscovery.Enqueue(context.RequestHeaders.GetValue("dapr-api-token") ?? "");
            return Task.FromResult(new ListTopicSubscriptionsResponse { Subscriptions = { app.Subscriptions } });
        }

        public override Task<TopicEventResponse> OnTopicEvent(TopicEventRequest request, ServerCallContext context)
        {
            app.received.Writer.TryWrite(new Delivery(request, context.RequestHeaders.GetValue("dapr-api-token") ?? ""));
            var attempt = app.attempts.AddOrUpdate(request.Id, 1, (_, count) => count + 1);
            var answer = app.Decide(request, attempt);
            if (answer == Answer.Success)
                app.Taken.Enqueue(request);
            return Task.FromResult(new TopicEventResponse { Status = answer });
        }
    }
}
