using System.Reflection;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Changes.V1;
using Mining.Platform.Audit;
using Mining.Platform.Bus;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Feed;
using Mining.Platform.Paging;
using Mining.Platform.Relay;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;
using Mining.Simulation.Kernel;
using Mining.Simulation.Network;
using Mining.Simulation.Storage;

namespace Mining.Simulation.Nodes;

/// <summary>
/// A service of the mesh, with its database on a disk that outlives it. In each life it is composed again, from the same parts as the real
/// process, except for the sockets.
/// </summary>
internal sealed class Node(string name, Blueprint blueprint, NodeEnvironment environment)
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private NodeContext? life;
    private ServiceProvider? services;
    private SimulatedDatabase? database;
    private CancellationTokenSource? stopping;
    private int lives;

    public string Name => name;

    public StorageFaults Faults { get; } = new(environment.Tally);

    public TimeSpan ClockOffset { get; set; }

    /// <summary>It has started and accepts calls.</summary>
    public bool IsServing { get; private set; }

    public bool IsActive => life is { IsDead: false };

    public DateTimeOffset Clock => NodeContext.Epoch + environment.Scheduler.Now + ClockOffset;

    /// <summary>The database on the disk.</summary>
    public SqliteDatabase Disk { get; } = new($"Data Source={environment.FileOf(name)}", NullLogger<SqliteDatabase>.Instance);

    public T Get<T>() where T : notnull => services!.GetRequiredService<T>();

    public void Start()
    {
        if (IsActive)
            return;
        lives++;
        var context = new NodeContext(environment.Scheduler, () => ClockOffset);
        life = context;
        stopping = new CancellationTokenSource();
        database = new SimulatedDatabase(Disk, context, Faults, () => environment.Committed(this));
        services = Compose(context);
        Faults.Kill = Kill;
        context.Start(() => Live(context, stopping.Token));
    }

    /// <summary>Ends the process like a power cut; it restarts later.</summary>
    public void Kill(TimeSpan down)
    {
        if (!IsActive)
            return;
        IsServing = false;
        life!.Kill();
        database!.CloseAll();
        environment.Scheduler.After(down, Start);
    }

    /// <summary>Asks the process to stop; it restarts later.</summary>
    public void Stop(TimeSpan down)
    {
        if (!IsServing || stopping is not { IsCancellationRequested: false } stop)
            return;
        var context = life!;
        environment.Scheduler.After(TimeSpan.Zero, stop.Cancel);
        if (services!.GetService<Committer>() is { } committer)
            context.Start(() => committer.StopAsync(CancellationToken.None));
        // A process that has not stopped within this time is killed, as an orchestrator would do.
        environment.Scheduler.After(TimeSpan.FromSeconds(2), () =>
        {
            if (life == context)
                Kill(down);
        });
    }

    /// <summary>A unary call of the gRPC API, through the interceptor that turns exceptions into a status.</summary>
    public Task<IMessage> Call(string caller, IMessage request)
    {
        if (!IsServing)
            throw new RpcException(new Status(StatusCode.Unavailable, $"{name} is not there"));
        return life!.Ask(() =>
        {
            var method = request.Descriptor.Name[..^"Request".Length];
            var context = new SimulatedCall(method, caller);
            return Get<ErrorInterceptor>().UnaryServerHandler<IMessage, IMessage>(request, context, (_, _) => Invoke(method, request, context));
        });
    }

    /// <summary>Reads the change feed to its current end.</summary>
    public Task<List<ReadChangesResponse>> ReadFeed(long afterSequence)
    {
        if (!IsServing)
            throw new RpcException(new Status(StatusCode.Unavailable, $"{name} is not there"));
        return life!.Ask(async () =>
        {
            var collected = new Collector<ReadChangesResponse>();
            await Get<ChangeFeedGrpcService>().ReadChanges(
                new ReadChangesRequest { Source = name, AfterSequence = afterSequence }, collected, new SimulatedCall("ReadChanges", "consumer"));
            return collected.Messages;
        });
    }

    /// <summary>A delivery of the sidecar.</summary>
    public Task<Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse> Deliver(Dapr.AppCallback.Autogen.Grpc.v1.TopicEventRequest request)
    {
        if (!IsServing)
            throw new RpcException(new Status(StatusCode.Unavailable, $"{name} is not there"));
        return life!.Ask(() => Get<DeliveryGrpcService>().OnTopicEvent(request, new SimulatedCall("OnTopicEvent", "sidecar")));
    }

    public void Dispose()
    {
        life?.Kill();
        database?.CloseAll();
        stopping?.Dispose();
    }

    private async Task Live(NodeContext context, CancellationToken stop)
    {
        try
        {
            if (services!.GetService<ChangeLog>() is { } log)
                await log.Initialise($"{name}-log", CancellationToken.None);
            foreach (var hosted in services!.GetServices<IHostedService>())
            {
                if (hosted is BackgroundService loop)
                    context.Start(() => Run(loop, context, stop));
                else
                    await hosted.StartAsync(stop);
            }

            IsServing = true;
        }
        catch (Exception exception)
        {
            Ended(context, exception);
        }
    }

    /// <summary>A background loop that ends with an error ends its process, as in the real host; the process is restarted.</summary>
    private async Task Run(BackgroundService loop, NodeContext context, CancellationToken stop)
    {
        try
        {
            await Loops.Run(loop, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception exception)
        {
            Ended(context, exception);
        }
    }

    private void Ended(NodeContext context, Exception exception)
    {
        if (context.IsDead)
            return;
        environment.ProcessEnded(this, exception);
        Kill(RestartDelay);
    }

    private async Task<IMessage> Invoke(string method, IMessage request, ServerCallContext context)
    {
        var (service, handler) = blueprint.Handler(services!, method);
        var task = (Task)handler.Invoke(service, BindingFlags.DoNotWrapExceptions, null, [request, context], null)!;
        await task;
        return (IMessage)task.GetType().GetProperty("Result")!.GetValue(task)!;
    }

    private ServiceProvider Compose(NodeContext context)
    {
        var composed = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(environment.Logs(this))
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(environment.Configuration)
            .AddSingleton<TimeProvider>(new NodeTime(context))
            .AddSingleton(new ServiceIdentity(name))
            .AddSingleton(new BusOptions())
            .AddSingleton(new AppApiToken(""))
            .AddSingleton(new PageTokens([]))
            .AddSingleton<ICheckpointKeys>(new SimulatedKeys())
            .AddSingleton<Database>(database!)
            .AddSingleton<IServiceCalls>(environment.Calls(this))
            .AddSingleton<IHostApplicationLifetime>(new Lifetime(stopping!.Token))
            .AddSingleton<ExceptionMapper>()
            .AddSingleton<ErrorInterceptor>()
            .AddSingleton<ChangeFeedGrpcService>()
            .AddSingleton<DeliveryGrpcService>();
        environment.AddNetwork(composed, this);
        blueprint.Compose(composed, environment.Configuration);
        return composed.BuildServiceProvider();
    }

    /// <summary>A signature that nobody verifies; a real one would differ from run to run.</summary>
    private sealed class SimulatedKeys : ICheckpointKeys
    {
        public CheckpointKey Present() => new("simulated", [], System.Security.Cryptography.SHA256.HashData);
    }

    private sealed class Lifetime(CancellationToken stop) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stop;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException("No part of the mesh stops its process.");
    }

    private sealed class Collector<T> : IServerStreamWriter<T>
    {
        public List<T> Messages { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
