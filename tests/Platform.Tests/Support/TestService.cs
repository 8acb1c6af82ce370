using System.Security.Cryptography;
using System.Text;
using Dapper;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;
using Mining.Projects.V1;
using Mining.Testing;

namespace Mining.Platform.Tests.Support;

/// <summary>
/// The writing half of a service on its own real database. It owns things, which are projects with only a name. Assembled here by hand as
/// the host does it for a service of the mesh.
/// </summary>
public sealed class TestService : IAsyncDisposable
{
    public const string LogId = "log";

    private readonly TestDatabase disk;
    private readonly bool isGuest;
    private static int replicas;

    /// <param name="time">The service's clock.</param>
    /// <param name="wrap">Wraps the database.</param>
    /// <param name="beside">The service whose database it shares as another replica; null: its own database.</param>
    /// <param name="storage">The kind of database; SQLite by default.</param>
    public TestService(
        TimeProvider? time = null, Func<Database, Database>? wrap = null, TestService? beside = null, TestStorage? storage = null)
        : this(beside?.disk ?? (storage ?? TestStorage.Sqlite).Make("platform"), isGuest: beside is not null, time, wrap)
    {
    }

    private TestService(TestDatabase disk, bool isGuest, TimeProvider? time, Func<Database, Database>? wrap, bool migrates = true)
    {
        this.disk = disk;
        this.isGuest = isGuest;
        Identity = new ServiceIdentity("projects") { Replica = migrates ? isGuest ? "second" : "first" : $"guest-{Interlocked.Increment(ref replicas)}" };
        Time = time ?? TimeProvider.System;
        var real = disk.Open();
        if (migrates)
            real.Migrate(typeof(TestService).Assembly);
        Database = wrap?.Invoke(real) ?? real;
        Log = new ChangeLog(Database, Identity);
        Committer = new Committer(Database, Log, Signal, Time, CommitterLog);
    }

    public ServiceIdentity Identity { get; }

    public TimeProvider Time { get; }

    /// <summary>The file of a database on SQLite.</summary>
    public string File => new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(disk.ConnectionString).DataSource;

    public Database Database { get; }

    public ChangeLog Log { get; }

    public CommitSignal Signal { get; } = new();

    public Committer Committer { get; }

    public LogLines<Committer> CommitterLog { get; } = new();

    /// <summary>A service with a running writer.</summary>
    public static async Task<TestService> Start(
        TimeProvider? time = null, Func<Database, Database>? wrap = null, TestService? beside = null, TestStorage? storage = null)
    {
        var service = new TestService(time, wrap, beside, storage);
        await service.Log.Initialise(LogId, CancellationToken.None);
        await service.Committer.StartAsync(CancellationToken.None);
        return service;
    }

    /// <summary>A service with a running writer on an existing database that belongs to the caller.</summary>
    public static async Task<TestService> StartOn(TestDatabase disk)
    {
        var service = new TestService(disk, isGuest: true, time: null, wrap: null, migrates: false);
        await service.Log.Initialise(LogId, CancellationToken.None);
        await service.Committer.StartAsync(CancellationToken.None);
        return service;
    }

    /// <summary>Creates a thing or changes its display name.</summary>
    public Task<Project> Put(string name, string value = "", string requestId = "", bool validateOnly = false, string caller = "tester") =>
        Run(work => Write(work, name, value), value, requestId, validateOnly, caller);

    /// <summary>Writes a thing and then refuses the command.</summary>
    public Task<Project> PutAndRefuse(string name) => Run(async work =>
    {
        await Write(work, name, "refused");
        throw new RefusedException(Refusal.Precondition("NOT_TODAY", name, "Not today."));
    });

    /// <summary>Runs a command of any kind.</summary>
    public Task<Project> Run(
        Func<UnitOfWork, Task<Project>> decide, string input = "", string requestId = "", bool validateOnly = false, string caller = "tester") =>
        Committer.Run(
            new Command(new Caller(caller), "Put", requestId, SHA256.HashData(Encoding.UTF8.GetBytes(input)), validateOnly), decide, CancellationToken.None);

    public static async Task<Project> Write(UnitOfWork work, string name, string value)
    {
        var state = await work.ReadOne<byte[]>("SELECT state FROM thing WHERE name = @name", new { name });
        var before = state is null ? null : Project.Parser.ParseFrom(state);
        var after = new Project { Name = name, DisplayName = value };
        await work.Record(before, after);
        await work.Execute("DELETE FROM thing WHERE name = @name", new { name });
        await work.Execute("INSERT INTO thing (name, state) VALUES (@name, @state)", new { name, state = after.ToByteArray() });
        return after;
    }

    /// <summary>The names of all things, in their order.</summary>
    public Task<IReadOnlyList<string>> Things() => Query<string>("SELECT name FROM thing ORDER BY name");

    /// <summary>All changes.</summary>
    public Task<IReadOnlyList<Change>> Changes() => Log.Read(0, int.MaxValue, CancellationToken.None);

    public async Task<IReadOnlyList<T>> Query<T>(string sql) =>
        await Database.Read(async connection => (await connection.QueryAsync<T>(sql)).AsList(), CancellationToken.None);

    /// <summary>Changes the database behind the service's back, like somebody with access to the file.</summary>
    public Task<int> Tamper(string sql, object? parameters = null) =>
        Database.Read(connection => connection.ExecuteAsync(sql, parameters), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Committer.StopAsync(CancellationToken.None);
        Committer.Dispose();
        if (!isGuest)
            disk.Dispose();
    }
}
