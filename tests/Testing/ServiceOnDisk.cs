using Mining.Platform.Identity;
using System.Reflection;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Changes.V1;
using Mining.Platform.Bus;
using Mining.Platform.Commit;
using Mining.Platform.Hosting;
using Mining.Platform.Paging;
using Mining.Platform.Storage;

namespace Mining.Testing;

/// <summary>
/// A service's features and stores inside the test, on a real SQLite file in a folder of its own: composed as in its process, but
/// without sockets, and nothing is published. For tests that make many calls at once, or many services one after another.
/// </summary>
public sealed class ServiceOnDisk : IAsyncDisposable
{
    public static readonly Caller Tester = new("tester") { Sides = ["EU", "US"], Roles = Roles.Officer | Roles.Operator };

    private readonly string folder;
    private readonly ServiceProvider provider;

    private ServiceOnDisk(string name, Action<IServiceCollection> add)
    {
        folder = Directory.CreateTempSubdirectory($"mining-{name}-").FullName;
        var services = new ServiceCollection()
            .AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new ServiceIdentity(name))
            .AddSingleton(new PageTokens([]))
            .AddSingleton<IServiceCalls, NoCalls>()
            .AddSingleton<Database>(new SqliteDatabase($"Data Source={Path.Combine(folder, name + ".db")}", NullLogger<SqliteDatabase>.Instance))
            .AddSingleton<KnownProjects>()
            .AddChangeLog();
        add(services);
        provider = services.BuildServiceProvider();
    }

    /// <param name="name">The service.</param>
    /// <param name="assembly">Where its migrations are.</param>
    /// <param name="add">Adds its features.</param>
    /// <param name="knownProjects">The projects of which it has heard.</param>
    public static async Task<ServiceOnDisk> Start(
        string name, Assembly assembly, Action<IServiceCollection> add, params IEnumerable<string> knownProjects)
    {
        var service = new ServiceOnDisk(name, add);
        service.Get<Database>().Migrate(assembly);
        await service.Get<ChangeLog>().Initialise("log", CancellationToken.None);
        await service.Get<Committer>().StartAsync(CancellationToken.None);
        foreach (var project in knownProjects)
            await service.Get<KnownProjects>().Take(new Change { Resource = project }, CancellationToken.None);
        return service;
    }

    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    /// <summary>All that was committed, in the order of the commits.</summary>
    public Task<IReadOnlyList<Change>> Changes() => Get<ChangeLog>().Read(0, int.MaxValue, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Get<Committer>().StopAsync(CancellationToken.None);
        await provider.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>There is no other service.</summary>
    private sealed class NoCalls : IServiceCalls
    {
        public CallInvoker To(string service) => throw new InvalidOperationException($"{service} is not to be asked here.");
    }
}
