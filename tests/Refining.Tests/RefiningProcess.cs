using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using Decimal = Google.Type.Decimal;

namespace Mining.Refining.Tests;

public sealed class RefiningOnSqlite() : RefiningProcess(TestStorage.Sqlite);

public sealed class RefiningOnSqlServer() : RefiningProcess(TestStorage.SqlServer);

/// <summary>
/// Refining as a real process beside a real projects service, with the requests of its tests. If their databases are not available, they
/// are not started and the tests are skipped.
/// </summary>
public abstract class RefiningProcess(TestStorage storage) : IAsyncLifetime
{
    public const string Project = "projects/mine";
    public const string Hydroxide = "lithium hydroxide";
    private static int count;

    private ServiceProcess? projects;
    private ServiceProcess? process;

    public ServiceProcess Process => process!;

    public RefiningService.RefiningServiceClient Client => new(Process.Channel);

    public RefiningProcess SkipUnlessAvailable()
    {
        storage.SkipUnlessAvailable();
        return this;
    }

    public async ValueTask InitializeAsync()
    {
        if (!storage.IsAvailable)
            return;
        projects = new ServiceProcess("projects", storage: storage);
        process = new ServiceProcess("refining", new Dictionary<string, string> { ["Mesh__Services__projects"] = projects.Address }, storage);
        await Task.WhenAll(projects.Start(), process.Start());
        await new ProjectService.ProjectServiceClient(projects.Channel).CreateProjectAsync(new()
        {
            ProjectId = "mine",
            Project = new Project { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining } },
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in (ServiceProcess?[])[process, projects])
        {
            if (started is not null)
                await started.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    public static Capacity Line(string mineral, string product, string? tonnes, int fromYear = 0) => new()
    {
        Mineral = mineral,
        Product = product,
        TonnesPerYear = tonnes is null ? null : new Decimal { Value = tonnes },
        FromYear = fromYear,
    };

    public static Facility Valid() => new() { DisplayName = "A refinery", Country = "FR" };

    public static string NextId() => $"id-{Interlocked.Increment(ref count):D5}";

    public static ReserveCapacityRequest Reservation(string facility, string tonnes, int from, int to) => new()
    {
        ReservationId = NextId(),
        Reservation = new Reservation
        {
            Facility = facility,
            Project = RefiningProcess.Project,
            Mineral = "lithium",
            TonnesPerYear = new Decimal { Value = tonnes },
            FromYear = from,
            ToYear = to,
        },
    };

    public Task<Facility> Create(params Capacity[] capacities) =>
        Create(_ => { }, capacities.Length > 0 ? capacities : [Line("lithium", Hydroxide, "100")]);

    public async Task<Facility> Create(Action<Facility> adapt, params Capacity[] capacities)
    {
        var facility = Valid();
        facility.Capacities.AddRange(capacities);
        adapt(facility);
        return await Client.CreateFacilityAsync(new() { FacilityId = NextId(), Facility = facility });
    }

    public async Task<Reservation> Reserve(string facility, string tonnes, int from, int to, Action<ReserveCapacityRequest>? adapt = null)
    {
        var request = Reservation(facility, tonnes, from, to);
        adapt?.Invoke(request);
        return await Client.ReserveCapacityAsync(request);
    }

    /// <summary>Each year of the facility's only product: capacity, reserved, free.</summary>
    public async Task<string[]> Free(string facility, int from, int to) =>
    [
        .. (await Client.GetAvailabilityAsync(new() { Name = facility, FromYear = from, ToYear = to })).Availabilities
            .Select(entry => $"{entry.Year}: {entry.CapacityTonnes.Value} {entry.ReservedTonnes.Value} {entry.FreeTonnes.Value}"),
    ];
}
