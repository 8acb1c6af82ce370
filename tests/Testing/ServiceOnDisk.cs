using Mining.Changes.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Bus;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Hosting;
using Mining.Platform.Paging;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;
using System.Reflection;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mining.Testing;

/// <summary>
/// A service's features and stores inside the test, on a real database of its own, SQLite or SQL Server: composed as in its process, but
/// without sockets and publishing. For tests with many concurrent calls, or many services one after another.
/// </summary>
public sealed class ServiceOnDisk : IAsyncDisposable
{
    public static readonly Caller Tester = new("tester") { Sides = ["EU", "US"], Roles = Roles.Officer | Roles.Operator };

    private readonly TestDatabase disk;
    private readonly ServiceProvider provider;

    private ServiceOnDisk(string name, Action<IServiceCollection> add, TestStorage storage, Func<Database, Database>? wrap)
    {
        disk = storage.Make(name);
        var services = new ServiceCollection()
            .AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new ServiceIdentity(name))
            .AddSingleton(new PageTokens([]))
            .AddSingleton<ICheckpointKeys>(provider => new SigningKeyFile(
                Path.Combine(Directory.CreateTempSubdirectory("mining-key-").FullName, "key.pem"), makeOne: true, NullLogger<SigningKeyFile>.Instance))
            .AddSingleton<IServiceCalls, NoCalls>()
            .AddSingleton(wrap?.Invoke(disk.Open()) ?? disk.Open())
            .AddSingleton<ExceptionMapper>()
            .AddChangeLog()
            .AddKnownProjects();
        add(services);
        provider = services.BuildServiceProvider();
    }

    /// <param name="name">The service.</param>
    /// <param name="assembly">The assembly of its migrations.</param>
    /// <param name="add">Registers its features.</param>
    /// <param name="knownProjects">The projects that the service knows.</param>
    public static Task<ServiceOnDisk> Start(string name, Assembly assembly, Action<IServiceCollection> add, params IEnumerable<string> knownProjects) =>
        Start(TestStorage.Sqlite, name, assembly, add, wrap: null, knownProjects);

    /// <param name="storage">The kind of database.</param>
    /// <param name="name">The service.</param>
    /// <param name="assembly">The assembly of its migrations.</param>
    /// <param name="add">Registers its features.</param>
    /// <param name="wrap">Wraps the database.</param>
    /// <param name="knownProjects">The projects that the service knows.</param>
    public static async Task<ServiceOnDisk> Start(
        TestStorage storage, string name, Assembly assembly, Action<IServiceCollection> add, Func<Database, Database>? wrap = null, params IEnumerable<string> knownProjects)
    {
        var service = new ServiceOnDisk(name, add, storage, wrap);
        service.Get<Database>().Migrate(assembly);
        await service.Get<ChangeLog>().Initialise("log", CancellationToken.None);
        await service.Get<Committer>().StartAsync(CancellationToken.None);
        foreach (var project in knownProjects)
            await service.Get<KnownProjects>().Take(new Change { Resource = project }, CancellationToken.None);
        return service;
    }

    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    /// <summary>All committed changes, in commit order.</summary>
    public Task<IReadOnlyList<Change>> Changes() => Get<ChangeLog>().Read(0, int.MaxValue, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Get<Committer>().StopAsync(CancellationToken.None);
        await provider.DisposeAsync();
        disk.Dispose();
    }

    /// <summary>There is no other service.</summary>
    private sealed class NoCalls : IServiceCalls
    {
        public CallInvoker To(string service) => throw new InvalidOperationException($"{service} must not be called here.");
    }
}
