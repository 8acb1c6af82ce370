using CsCheck;
using Mining.Refining.Features;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using Decimal = Google.Type.Decimal;

namespace Mining.Refining.Tests;

// At stake: paging through a list while others write must neither miss a row nor return one twice. Random ids and page sizes, on the real
// features and a real database, with concurrent writers.
public abstract class PageWalkSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private const string Project = "projects/mine";
    private const string Plant = "facilities/plant";

    [Fact]
    public Task Paging_during_writes_returns_each_facility_once() => PageWalk.Scenes.SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await PageWalk.SeesEachRowOnce(first, later, id => Create(service, id), id => Rename(service, id), async token =>
            {
                var page = await service.Get<ListFacilities>().Run(new() { PageSize = pageSize, PageToken = token }, ServiceOnDisk.Tester, CancellationToken.None);
                return (page.Facilities.Select(facility => facility.Name), page.NextPageToken);
            });
        },
        iter: 8,
        threads: 1);

    [Fact]
    public Task Paging_during_writes_returns_each_reservation_once() => PageWalk.Scenes.SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await Create(service, "plant");
            await PageWalk.SeesEachRowOnce(first, later, id => Reserve(service, id), id => Release(service, id), async token =>
            {
                var page = await service.Get<ListReservations>().Run(
                    new() { PageSize = pageSize, PageToken = token, Facility = Plant, IncludeReleased = true }, ServiceOnDisk.Tester, CancellationToken.None);
                return (page.Reservations.Select(reservation => reservation.Name), page.NextPageToken);
            });
        },
        iter: 8,
        threads: 1);

    private Task<ServiceOnDisk> Start() =>
        ServiceOnDisk.Start(storage, "refining", typeof(ListFacilities).Assembly, services => services.AddRefining(), wrap: null, Project);

    private static async Task<string> Create(ServiceOnDisk service, string id) => (await service.Get<CreateFacility>().Run(
        new()
        {
            FacilityId = id,
            Facility = new Facility { DisplayName = id, Country = "FR", Capacities = { new Capacity { Mineral = "lithium", TonnesPerYear = Tonnes(100) } } },
        },
        ServiceOnDisk.Tester,
        CancellationToken.None)).Name;

    private static Task<Facility> Rename(ServiceOnDisk service, string id) => service.Get<UpdateFacility>().Run(
        new() { Facility = new Facility { Name = $"facilities/{id}", Operator = "Another" } }, ServiceOnDisk.Tester, CancellationToken.None);

    private static async Task<string> Reserve(ServiceOnDisk service, string id) => (await service.Get<ReserveCapacity>().Run(
        new()
        {
            ReservationId = id,
            Reservation = new Reservation { Facility = Plant, Project = Project, Mineral = "lithium", TonnesPerYear = Tonnes(1), FromYear = 2030, ToYear = 2031 },
        },
        ServiceOnDisk.Tester,
        CancellationToken.None)).Name;

    private static Task<Reservation> Release(ServiceOnDisk service, string id) => service.Get<ReleaseReservation>().Run(
        new() { Name = $"reservations/{id}" }, ServiceOnDisk.Tester, CancellationToken.None);

    private static Decimal Tonnes(int tonnes) => new() { Value = $"{tonnes}" };
}

public sealed class PageWalkTests() : PageWalkSuite(TestStorage.Sqlite);

public sealed class PageWalkOnSqlServerTests() : PageWalkSuite(TestStorage.SqlServer);
