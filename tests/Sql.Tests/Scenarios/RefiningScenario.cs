using Mining.Platform.Storage;
using Mining.Refining.Api;
using Mining.Refining.Features;
using Mining.Refining.Storage;
using Mining.Refining.V1;
using Mining.Testing;
using Decimal = Google.Type.Decimal;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Everything that the refining service does with its database.</summary>
internal static class RefiningScenario
{
    private const string Plant = "facilities/plant";

    public static async Task Run(Func<Database, Database> wrap)
    {
        await using var service = await ServiceOnDisk.Start(
            TestStorage.Sqlite, "refining", typeof(FacilityStore).Assembly, services => services.AddRefining(), wrap);
        await Facilities(service);
        await Reservations(service);
        await PlatformScenario.Run(service);
        await PlatformScenario.RunWithProjects(service);
    }

    private static async Task Facilities(ServiceOnDisk service)
    {
        var before = new Facility { Name = Plant, DisplayName = "A plant", Country = "FR", Capacities = { Capacity("lithium") } };
        await service.Commit(work => FacilityStore.Save(work, null, before));
        var after = before.Clone();
        after.Capacities.Add(Capacity("cobalt"));
        await service.Commit(async work => await FacilityStore.Save(work, await FacilityStore.Load(work, Plant), after));
        var store = service.Get<FacilityStore>();
        await store.Read(Plant, CancellationToken.None);
        await Choices.Each<ListFacilitiesRequest>(
            request => store.List(request, "", 10, CancellationToken.None),
            request => request.Statuses.Add(FacilityStatus.Operating),
            request => request.Countries.Add(["FR", "DE"]),
            request => request.Minerals.Add("lithium"),
            request => request.Text = "plant");
    }

    private static async Task Reservations(ServiceOnDisk service)
    {
        var reservation = new Reservation
        {
            Name = "reservations/first",
            Facility = Plant,
            Project = "projects/mine",
            Mineral = "lithium",
            Product = "hydroxide",
            TonnesPerYear = new Decimal { Value = "5" },
            FromYear = 2030,
            ToYear = 2031,
        };
        await service.Commit(work => ReservationStore.Save(work, null, reservation));
        await service.Commit(async work =>
        {
            await ReservationStore.LoadHeld(work, Plant);
            await ReservationStore.LoadHeld(work, Plant, ReservationReader.ToClaim(reservation));
            return await ReservationStore.Save(work, await ReservationStore.Load(work, reservation.Name), reservation.Clone());
        });
        var store = service.Get<ReservationStore>();
        await store.Read(reservation.Name, CancellationToken.None);
        await store.ReadPlan(Plant, 2030, 2035, CancellationToken.None);
        await Choices.Each<ListReservationsRequest>(
            request => store.List(request, "", 10, CancellationToken.None),
            request => request.Facility = Plant,
            request => request.Project = "projects/mine",
            request => request.IncludeReleased = true);
    }

    private static Capacity Capacity(string mineral) => new() { Mineral = mineral, Product = "hydroxide", TonnesPerYear = new Decimal { Value = "100" } };
}
