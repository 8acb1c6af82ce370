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
using Mining.Platform.Batch;
using Mining.Platform.Bus;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Feed;
using Mining.Platform.Identity;
using Mining.Platform.Paging;
using Mining.Platform.Relay;
using Mining.Platform.Storage;

namespace Mining.Platform.Hosting;

/// <summary>
/// What every process of the mesh is made of. Configuration, from appsettings, environment or command line:
/// <c>Mesh:Listen</c> (address of the gRPC API), <c>Mesh:DeliveryListen</c> (address where the sidecar delivers),
/// <c>Mesh:HealthListen</c> (a further address, for health only),
/// <c>Mesh:Services:{name}</c> (addresses of the other services), <c>Mesh:PubsubName</c>, <c>Mesh:PageTokenKey</c> (secret, the same for all replicas),
/// <c>Mesh:Identity:Issuers</c> (whose tokens are trusted, see <see cref="IssuerSettings"/>), <c>Mesh:Identity:TokenFile</c> (the token with
/// which this process calls the others),
/// <c>Mesh:Tls</c> (see <see cref="TlsFiles"/>), <c>Mesh:Limits</c> (see <see cref="CallLimits"/> and <see cref="CallDeadline"/>),
/// <c>Mesh:Audit:SigningKeyFile</c> (the key that signs checkpoints, see <see cref="SigningKeyFile"/>),
/// <c>Mesh:Replica</c> (this replica's name, where machine and port do not tell it), <c>ConnectionStrings:Database</c> (SQLite or SQL
/// Server), <c>Mesh:Migrate</c> (false: it does not migrate its database itself, and waits until the schema is there);
/// Dapr's own environment: <c>DAPR_GRPC_ENDPOINT</c>, <c>DAPR_API_TOKEN</c>, <c>APP_API_TOKEN</c>; and OpenTelemetry's own: <c>OTEL_*</c>.
/// </summary>
public static class MeshService
{
    /// <summary>The largest message that is taken, in bytes.</summary>
    public const int MaxMessageBytes = 4 << 20;

    /// <summary>How long calls that are under way may take when the process is asked to stop.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    private const string ReadSettingsOnce = "--hostBuilder:reloadConfigOnChange=false";

    private const string DeliveryPath = "/dapr.proto.runtime.v1.AppCallback";

    /// <summary>
    /// Runs a process: one that cannot start says why in a sentence on its error output, and ends with an exit code of
    /// <see cref="ExitReason"/>, without a stack trace; so does one whose loop ends in an error. Only a defect still shows its trace.
    /// </summary>
    public static async Task<int> Run(string name, string[] args, Func<Task> process)
    {
        // Nothing here depends on a culture, whatever the machine's is.
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

    /// <summary>The <c>migrate</c> command, with the settings of the process; it needs none but the database's.</summary>
    private static async Task Migrate(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(MigrateCommand.Settings(args));
        LogToConsole(builder.Logging);
        builder.Services.AddSingleton(TimeProvider.System);
        await using var app = builder.AddDatabase().Build();
        MigrateCommand.Run(args, app.Services.GetRequiredService<Database>(), System.Reflection.Assembly.GetEntryAssembly()!, Console.Out, app.Logger);
    }

    /// <summary>A builder with what every process has: Kestrel's two addresses, gRPC with the error edge, health, time, names.</summary>
    public static WebApplicationBuilder CreateBuilder(string name, string[] args, HttpProtocols protocols = HttpProtocols.Http2)
    {
        MakeDescriptors();
        // Settings are read once. To watch for others would be to hear of each write to a database that lies in the same folder.
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
            options.MaxReceiveMessageSize = MaxMessageBytes;
            options.MaxSendMessageSize = null;
        });
        services.AddGrpcReflection();
        services.AddMeshHealth();
        builder.AddIdentity();
        // One of each for all calls; otherwise each call has its own made.
        services.AddSingleton<ErrorInterceptor>().AddSingleton<AuditInterceptor>().AddSingleton<AccessInterceptor>();
        builder.AddTelemetry(identity);
        return builder;
    }

    /// <summary>Gives the process a database of its own.</summary>
    public static WebApplicationBuilder AddDatabase(this WebApplicationBuilder builder)
    {
        var connectionString = MeshSettings.ConnectionString(builder.Configuration);
        var migrates = MeshSettings.Migrates(builder.Configuration);
        builder.Services.AddSingleton(provider => DatabaseChoice.Of(
            connectionString, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SchemaGate>(provider, migrates));
        return builder;
    }

    /// <summary>Gives the service the one way to write, its change log, the relay that publishes it and the feed that serves it.</summary>
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

    /// <summary>The same without what is of the process: its database, and the way to the broker.</summary>
    public static IServiceCollection AddChangeLog(this IServiceCollection services) => services
        .AddSingleton<ChangeLog>()
        .AddSingleton<CommitSignal>()
        .AddSingleton<Committer>()
        .AddHostedService(provider => provider.GetRequiredService<Committer>())
        .AddSingleton<AuditTrail>()
        .AddSingleton<RefusedWrites>()
        .AddHostedService(provider => provider.GetRequiredService<RefusedWrites>())
        .AddSingleton<BatchWriter>()
        .AddSingleton<Checkpoints>()
        .AddSingleton<CheckpointSigner>()
        .AddHostedService(provider => provider.GetRequiredService<CheckpointSigner>())
        .AddSingleton<ParkedChanges>()
        .AddSingleton<ChangeRelay>()
        .AddHostedService(provider => provider.GetRequiredService<ChangeRelay>())
        .AddHostedService<RequestCleanup>();

    /// <summary>Has the service take deliveries of projects, to know which there are.</summary>
    public static IServiceCollection AddKnownProjects(this IServiceCollection services) => services
        .AddSingleton<KnownProjects>()
        .AddHostedService(provider => provider.GetRequiredService<KnownProjects>())
        .AddSingleton<IChangeSubscriber>(provider => provider.GetRequiredService<KnownProjects>());

    /// <summary>Puts the edge, reflection, health and, where there is a subscriber, deliveries into place.</summary>
    public static WebApplication UseMesh(this WebApplication app)
    {
        var deliveryPort = app.Configuration["Mesh:DeliveryListen"] is { Length: > 0 } deliveries ? new Uri(deliveries).Port : 0;
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            // Deliveries come in on their own port and nowhere else, and nothing else comes in there.
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

    /// <summary>Migrates the database or waits for its schema, makes the log's head if it is new, and serves until asked to stop.</summary>
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

    /// <summary>Serves until asked to stop, or until one of its loops ends in an error: then that is thrown.</summary>
    public static async Task ServeMesh(this WebApplication app)
    {
        app.Logger.LogInformation(
            "{Service} serves on {Address}", app.Services.GetRequiredService<ServiceIdentity>().Name, MeshSettings.Listen(app.Configuration));
        var loops = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await app.RunAsync();
        if (loops.Find(loop => loop.ExecuteTask is { IsFaulted: true }) is { } failed)
            await failed.ExecuteTask!;
    }

    /// <summary>
    /// Makes the descriptors of all messages, by one thread. Protobuf makes each when it is first needed, and looks into those that it rests
    /// on without a lock: two of the loops that begin beside each other can break them, and with them the process.
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
            // Each call that cannot be forwarded is answered by name; that a service is away, its feed's reader says, once.
            .AddFilter("Yarp", LogLevel.Error)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // What ends the process is said once, at its end (see Run).
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
