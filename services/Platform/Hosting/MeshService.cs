using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Dapr.Client;
using Grpc.Net.Client.Balancer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Batch;
using Mining.Platform.Bus;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Feed;
using Mining.Platform.Limits;
using Mining.Platform.Paging;
using Mining.Platform.Relay;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;

namespace Mining.Platform.Hosting;

/// <summary>
/// The parts that all processes of the mesh share. Configuration from appsettings, environment or command line: <c>Mesh:Listen</c> (address
/// of the gRPC API), <c>Mesh:DeliveryListen</c> (address for the sidecar's deliveries), <c>Mesh:HealthListen</c> (additional address for
/// health only), <c>Mesh:Services:{name}</c> (addresses of the other services), <c>Mesh:PubsubName</c>, <c>Mesh:PageTokenKey</c> (secret,
/// the same for all replicas), <c>Mesh:Identity:Issuers</c> (trusted token issuers, see <see cref="IssuerSettings"/>),
/// <c>Mesh:Identity:TokenFile</c> (the token with which this process calls the others), <c>Mesh:Tls</c> (see <see cref="TlsFiles"/>),
/// <c>Mesh:Limits</c> (see <see cref="CallLimits"/> and <see cref="CallDeadline"/>), <c>Mesh:Audit:SigningKeyFile</c> (the key that signs
/// checkpoints, see <see cref="SigningKeyFile"/>), <c>Mesh:Replica</c> (this replica's name, if machine and port do not identify it),
/// <c>ConnectionStrings:Database</c> (SQLite or SQL Server), <c>Mesh:Migrate</c> (false: the process does not migrate its database, but
/// waits for the schema); Dapr's own environment: <c>DAPR_GRPC_ENDPOINT</c>, <c>DAPR_API_TOKEN</c>, <c>APP_API_TOKEN</c>; and
/// OpenTelemetry's own: <c>OTEL_*</c>.
/// </summary>
public static class MeshService
{
    /// <summary>Time that calls in progress get to finish at shutdown.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    private const string ReadSettingsOnce = "--hostBuilder:reloadConfigOnChange=false";

    private const string DeliveryPath = "/dapr.proto.runtime.v1.AppCallback";

    /// <summary>
    /// Runs a process. If it cannot start, or a background loop fails, it writes the reason to standard error without a stack trace and
    /// returns an exit code of <see cref="ExitReason"/>. Only a bug shows its stack trace.
    /// </summary>
    public static async Task<int> Run(string name, string[] args, Func<Task> process)
    {
        // Nothing must depend on the machine's culture.
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            if (MigrateCommand.IsAskedFor(args))
                await Migrate(args);
            else
                await process();
            return ExitReason.Ok;
        }
        catch (Exception exception) when (ExitReason.Of(exception) is { } end)
        {
            await Console.Error.WriteLineAsync($"{name} cannot run. {end.Sentence}");
            return end.ExitCode;
        }
    }

    /// <summary>Runs the <c>migrate</c> command with the settings of the process. Only the database settings are required.</summary>
    private static async Task Migrate(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(MigrateCommand.Settings(args));
        LogToConsole(builder.Logging);
        builder.Services.AddSingleton(TimeProvider.System);
        await using var app = builder.AddDatabase().Build();
        MigrateCommand.Run(args, app.Services.GetRequiredService<Database>(), System.Reflection.Assembly.GetEntryAssembly()!, Console.Out, app.Logger);
    }

    /// <summary>Creates a builder with the common parts: Kestrel's addresses, gRPC with its interceptors, health, time and names.</summary>
    public static WebApplicationBuilder CreateBuilder(string name, string[] args, HttpProtocols protocols = HttpProtocols.Http2)
    {
        MakeDescriptors();
        // Do not reload on change: the file watcher would fire on every write to a SQLite database in the same folder.
        var builder = WebApplication.CreateSlimBuilder([ReadSettingsOnce, .. args]);
        builder.Configuration.AddShippedSettings(System.Reflection.Assembly.GetEntryAssembly());
        MeshSettings.Check(builder.Configuration, builder.Environment.IsDevelopment());
        LogToConsole(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Configure(kestrel, builder.Configuration, protocols));
        builder.WebHost.UseKestrelHttpsConfiguration();

        var services = builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        services.AddSingleton(TimeProvider.System);
        var identity = MeshSettings.Identity(builder.Configuration, name);
        services.AddSingleton(identity);
        services.AddSingleton(new BusOptions { PubsubName = builder.Configuration["Mesh:PubsubName"] ?? new BusOptions().PubsubName });
        services.AddSingleton(new AppApiToken(builder.Configuration["APP_API_TOKEN"] ?? ""));
        services.AddSingleton(new PageTokens(Encoding.UTF8.GetBytes(builder.Configuration["Mesh:PageTokenKey"] ?? "")));
        services.AddSingleton<TlsFiles>();
        services.AddSingleton<ResolverFactory>(new DnsResolverFactory(ServiceChannels.ResolveInterval));
        services.AddSingleton<ServiceChannels>();
        services.AddSingleton<IServiceCalls>(provider => provider.GetRequiredService<ServiceChannels>());
        services.AddSingleton<ExceptionMapper>();
        services.AddGrpc(options =>
        {
            options.Interceptors.Add<ErrorInterceptor>();
            options.Interceptors.Add<AuditInterceptor>();
            options.Interceptors.Add<AccessInterceptor>();
            options.MaxReceiveMessageSize = MalformedRequests.MaxMessageBytes;
            options.MaxSendMessageSize = null;
        });
        services.AddGrpcReflection();
        services.AddMeshHealth();
        builder.AddIdentity();
        services.AddSingleton(new CallLimits(builder.Configuration));
        // Singletons; otherwise gRPC would create an instance per call.
        services.AddSingleton<ErrorInterceptor>().AddSingleton<AuditInterceptor>().AddSingleton<AccessInterceptor>();
        builder.AddTelemetry(identity);
        return builder;
    }

    /// <summary>Adds the process's database.</summary>
    public static WebApplicationBuilder AddDatabase(this WebApplicationBuilder builder)
    {
        var connectionString = MeshSettings.ConnectionString(builder.Configuration);
        var migrates = MeshSettings.Migrates(builder.Configuration);
        builder.Services.AddSingleton(provider => DatabaseChoice.Of(
            connectionString, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SchemaGate>(provider, migrates));
        return builder;
    }

    /// <summary>Adds the committer, the change log, the relay that publishes it and the feed that serves it.</summary>
    public static WebApplicationBuilder AddChangeLog(this WebApplicationBuilder builder)
    {
        builder.AddDatabase();
        builder.Services.AddChangeLog();
        var keyFile = MeshSettings.SigningKeyFile(builder.Configuration, builder.Environment.IsDevelopment());
        builder.Services.AddSingleton<ICheckpointKeys>(provider => new SigningKeyFile(
            keyFile, builder.Environment.IsDevelopment(), provider.GetRequiredService<ILogger<SigningKeyFile>>()));
        builder.Services.AddSingleton(_ => new DaprClientBuilder().Build());
        builder.Services.AddSingleton<IEventPublisher, DaprPublisher>();
        builder.Services.AddHealthChecks().AddCheck<ChangeLogHealth>(ChangeLogHealth.Name);
        return builder;
    }

    /// <summary>The same without the parts specific to a process: its database and its connection to the broker.</summary>
    public static IServiceCollection AddChangeLog(this IServiceCollection services) => services
        .AddSingleton<ChangeLog>()
        .AddSingleton<CommitSignal>()
        .AddSingleton<Committer>()
        .AddHostedService(provider => provider.GetRequiredService<Committer>())
        .AddSingleton<AuditTrail>()
        .AddSingleton<RefusedWrites>()
        .AddHostedService(provider => provider.GetRequiredService<RefusedWrites>())
        .AddSingleton<FeatureCatalogue>()
        .AddSingleton<BatchWriter>()
        .AddSingleton<Checkpoints>()
        .AddSingleton<CheckpointSigner>()
        .AddHostedService(provider => provider.GetRequiredService<CheckpointSigner>())
        .AddSingleton<ParkedChanges>()
        .AddSingleton<ChangeRelay>()
        .AddHostedService(provider => provider.GetRequiredService<ChangeRelay>())
        .AddHostedService<RequestCleanup>();

    /// <summary>Subscribes the service to changes of projects, so that it knows which exist.</summary>
    public static IServiceCollection AddKnownProjects(this IServiceCollection services) => services
        .AddSingleton<KnownProjects>()
        .AddHostedService(provider => provider.GetRequiredService<KnownProjects>())
        .AddSingleton<IChangeSubscriber>(provider => provider.GetRequiredService<KnownProjects>())
        .AddSingleton<DeliveryMonitor>()
        .AddHostedService<SharedDeliveries>();

    /// <summary>Adds them together with what only a process needs: the feed reader and the metrics.</summary>
    public static WebApplicationBuilder AddKnownProjects(this WebApplicationBuilder builder)
    {
        builder.Services.AddKnownProjects();
        builder.Services.AddSingleton<IFeedReader, FeedReader>().AddHostedService<DeliveryMetrics>();
        return builder;
    }

    /// <summary>Adds the middleware, reflection, health and, if there is a subscriber, deliveries.</summary>
    public static WebApplication UseMesh(this WebApplication app)
    {
        var deliveryPort = app.Configuration["Mesh:DeliveryListen"] is { Length: > 0 } deliveries ? new Uri(deliveries).Port : 0;
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            // Deliveries are served on their own port only, and nothing else is served there.
            var isDelivery = context.Request.Path.StartsWithSegments(DeliveryPath, StringComparison.Ordinal)
                || context.Request.Path.Value?.StartsWith(DeliveryPath, StringComparison.Ordinal) == true;
            if (isDelivery == (deliveryPort != 0 && context.Connection.LocalPort == deliveryPort))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        app.UseHealthEndpoint();
        app.Use(MalformedRequests.Answer);
        app.UseCallDeadline();
        if (app.Services.GetService<IChangeSubscriber>() is not null)
        {
            app.MapGrpcService<DeliveryGrpcService>();
            app.MapGrpcService<AppHealthGrpcService>();
        }

        if (app.Services.GetService<ChangeLog>() is not null)
        {
            app.MapGrpcService<ChangeFeedGrpcService>();
            app.MapGrpcService<AuditGrpcService>();
        }

        app.MapGrpcHealthChecksService();
        app.MapIdentityMetadata();
        return app;
    }

    /// <summary>Migrates the database or waits for its schema, creates the head of a new log, and serves until shutdown.</summary>
    public static async Task RunMesh(this WebApplication app)
    {
        var database = app.Services.GetRequiredService<Database>();
        try
        {
            await app.Services.GetRequiredService<SchemaGate>().Pass(System.Reflection.Assembly.GetEntryAssembly()!, CancellationToken.None);
            await app.Services.GetRequiredService<ChangeLog>().Initialise(
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), CancellationToken.None);
        }
        catch (DbException exception)
        {
            throw new DatabaseUnusableException($"The database cannot be used ({exception.Message}). {database.OperatorHint(exception)}".TrimEnd(), exception);
        }

        await app.ServeMesh();
    }

    /// <summary>Serves until shutdown, or until a background loop fails, and then throws its exception.</summary>
    public static async Task ServeMesh(this WebApplication app)
    {
        app.Logger.LogInformation(
            "{Service} listens on {Address}", app.Services.GetRequiredService<ServiceIdentity>().Name, MeshSettings.Listen(app.Configuration));
        var loops = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await app.RunAsync();
        if (loops.Find(loop => loop.ExecuteTask is { IsFaulted: true }) is { } failed)
            await failed.ExecuteTask!;
    }

    /// <summary>
    /// Creates the descriptors of all messages on one thread. Protobuf creates each lazily and accesses its dependencies without a lock, so
    /// two background loops that start at the same time could corrupt them and crash the process.
    /// </summary>
    private static void MakeDescriptors()
    {
        foreach (var file in typeof(Changes.V1.Change).Assembly.GetExportedTypes().Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal)))
            RuntimeHelpers.RunClassConstructor(file.TypeHandle);
    }

    private static void LogToConsole(ILoggingBuilder logging)
    {
        logging.ClearProviders().AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss.fff ";
            options.UseUtcTimestamp = true;
        });
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("Grpc", LogLevel.Error)
            // A call that cannot be forwarded gets an error of its own, and the feed reader logs once that a service is unavailable.
            .AddFilter("Yarp", LogLevel.Error)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // The error that ends the process is reported once, at the end (see Run).
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
