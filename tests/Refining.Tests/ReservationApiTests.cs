// At stake: a tonne of capacity is sold once, and a refused caller learns how many tonnes were missing in which years. Tested through the
// public API only, on the service as a real process, beside a real projects service.
using Grpc.Core;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using static Mining.Refining.Tests.RefiningProcess;
using Date = Google.Type.Date;
using Decimal = Google.Type.Decimal;

namespace Mining.Refining.Tests;

public sealed class ReservationApiTests(RefiningOnSqlite refining) : ReservationApiSuite(refining), IClassFixture<RefiningOnSqlite>;

public sealed class ReservationApiOnSqlServerTests(RefiningOnSqlServer refining) : ReservationApiSuite(refining), IClassFixture<RefiningOnSqlServer>;

public abstract class ReservationApiSuite(RefiningProcess refining)
{
    private readonly RefiningService.RefiningServiceClient client = refining.SkipUnlessAvailable().Client;

    [Fact]
    public async Task All_violations_of_a_reservation_are_named_at_once()
    {
        var request = new ReserveCapacityRequest
        {
            ReservationId = "Not An Id",
            Reservation = new Reservation
            {
                Facility = "facility/x",
                Project = "x",
                TonnesPerYear = new Decimal { Value = "0" },
                FromYear = 2030,
                ToYear = 2090,
                ReservationDate = new Date { Month = 2 },
            },
        };
        var status = await Refused.By(async () => await client.ReserveCapacityAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "reservation_id", "reservation.facility", "reservation.project", "reservation.mineral", "reservation.tonnes_per_year",
                "reservation.to_year", "reservation.reservation_date",
            ],
            status.Fields());
    }

    [Fact]
    public async Task A_reservation_reduces_the_free_capacity_of_its_years_and_its_release_restores_it()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"), Line("lithium", Hydroxide, "150.5", 2031));
        var reservation = await refining.Reserve(facility.Name, "60", 2030, 2031);
        Assert.Equal(reservation, await client.GetReservationAsync(new() { Name = reservation.Name }));
        Assert.Equal(Hydroxide, reservation.Product); // the only one
        Assert.False(reservation.Released);
        Assert.Equal(
            ["2029: 100 0 100", "2030: 100 60 40", "2031: 150.5 60 90.5", "2032: 150.5 0 150.5"], await refining.Free(facility.Name, 2029, 2032));

        // The release date is in the future, but recording it frees the tonnes at once.
        var released = await client.ReleaseReservationAsync(new()
        {
            Name = reservation.Name,
            ReleaseDate = new Date { Year = 2199 },
            Reason = "mine delayed",
            Etag = reservation.Etag,
        });
        Assert.Equal((true, new Date { Year = 2199 }, "mine delayed", 2), (released.Released, released.ReleaseDate, released.ReleaseReason, released.Version));
        Assert.Equal(["2030: 100 0 100", "2031: 150.5 0 150.5"], await refining.Free(facility.Name, 2030, 2031));
        await Refused.By(
            async () => await client.ReleaseReservationAsync(new() { Name = reservation.Name }), StatusCode.FailedPrecondition, "ALREADY_RELEASED");
    }

    [Fact]
    public async Task A_release_cannot_predate_its_reservation()
    {
        var facility = await refining.Create();
        var reservation = await refining.Reserve(facility.Name, "1", 2030, 2030, request => request.Reservation.ReservationDate = new Date { Year = 2026, Month = 5 });
        var release = new ReleaseReservationRequest { Name = reservation.Name, ReleaseDate = new Date { Year = 2026, Month = 4, Day = 30 } };
        await Refused.By(async () => await client.ReleaseReservationAsync(release), StatusCode.FailedPrecondition, "DATE_TOO_EARLY");
        release.ReleaseDate = new Date { Year = 2026 }; // may be after May
        Assert.True((await client.ReleaseReservationAsync(release)).Released);
    }

    [Fact]
    public async Task Fields_set_by_a_release_cannot_be_set_by_a_reservation()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"));
        var reservation = await refining.Reserve(facility.Name, "100", 2030, 2030, request =>
        {
            request.Reservation.Released = true;
            request.Reservation.ReleaseReason = "x";
            request.Reservation.ReleaseDate = new Date { Year = 2020 };
        });
        Assert.Equal((false, "", null), (reservation.Released, reservation.ReleaseReason, reservation.ReleaseDate));
        Assert.Equal(["2030: 100 100 0"], await refining.Free(facility.Name, 2030, 2030));
    }

    [Fact]
    public async Task A_reservation_beyond_the_free_capacity_is_refused_with_each_short_year()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"), Line("lithium", Hydroxide, "1000", 2032));
        await refining.Reserve(facility.Name, "60", 2030, 2040);
        var status = await Refused.By(async () => await refining.Reserve(facility.Name, "41", 2029, 2033), StatusCode.FailedPrecondition, "CAPACITY_EXCEEDED");
        var violations = status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations;
        Assert.Equal(["2030 to 2031: capacity 100 t, reserved 60 t, free 40 t, requested 41 t."], violations.Select(violation => violation.Description));
        Assert.All(violations, violation => Assert.Equal(("CAPACITY_EXCEEDED", facility.Name), (violation.Type, violation.Subject)));
        Assert.Equal("2031: 100 60 40", (await refining.Free(facility.Name, 2031, 2031)).Single());
    }

    [Fact]
    public async Task An_unknown_capacity_cannot_be_reserved()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, null));
        await Refused.By(async () => await refining.Reserve(facility.Name, "1", 2030, 2030), StatusCode.FailedPrecondition, "CAPACITY_UNKNOWN");
        var availability = Assert.Single((await client.GetAvailabilityAsync(new() { Name = facility.Name, FromYear = 2030, ToYear = 2030 })).Availabilities);
        Assert.Equal((null, "0", null), (availability.CapacityTonnes, availability.ReservedTonnes.Value, availability.FreeTonnes));
    }

    [Fact]
    public async Task A_product_must_be_named_if_there_are_several()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"), Line("lithium", "lithium carbonate", "50"), Line("cobalt", "", "7"));
        var status = await Refused.By(async () => await refining.Reserve(facility.Name, "1", 2030, 2030), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            "must be a product that " + facility.Name + " makes from lithium: \"lithium carbonate\", \"lithium hydroxide\".", status.Description("reservation.product"));

        status = await Refused.By(
            async () => await refining.Reserve(facility.Name, "1", 2030, 2030, request => request.Reservation.Mineral = "tin"), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Contains("\"cobalt\", \"lithium\"", status.Description("reservation.mineral"), StringComparison.Ordinal);

        var chosen = await refining.Reserve(facility.Name, "50", 2030, 2030, request => request.Reservation.Product = "lithium carbonate");
        Assert.Equal("lithium carbonate", chosen.Product);
        Assert.Equal(
            ["cobalt  7", "lithium lithium carbonate 0", "lithium lithium hydroxide 100"],
            (await client.GetAvailabilityAsync(new() { Name = facility.Name, FromYear = 2030, ToYear = 2030 })).Availabilities
                .Select(entry => $"{entry.Mineral} {entry.Product} {entry.FreeTonnes.Value}"));
    }

    [Fact]
    public async Task A_hundred_concurrent_callers_reserve_exactly_the_capacity()
    {
        // 100 times 7.001 t are requested; 350.05 t hold exactly 50 of them; 2031 has room for more.
        var facility = await refining.Create(Line("lithium", Hydroxide, "350.05"), Line("lithium", Hydroxide, "9000", 2031));
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                await refining.Reserve(facility.Name, "7.001", 2030 - i % 3, 2030 + i % 2);
                return "";
            }
            catch (RpcException exception)
            {
                return exception.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason;
            }
        }));
        Assert.Equal(50, calls.Count(reason => reason.Length == 0));
        Assert.Equal(50, calls.Count(reason => reason == "CAPACITY_EXCEEDED"));
        Assert.Equal(["2030: 350.05 350.05 0"], await refining.Free(facility.Name, 2030, 2030));
        Assert.Equal(50, (await client.ListReservationsAsync(new() { Facility = facility.Name })).Reservations.Count);
    }

    [Fact]
    public async Task A_hundred_calls_with_one_request_id_reserve_once()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"));
        var request = Reservation(facility.Name, "10", 2030, 2030);
        request.RequestId = NextId();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.ReserveCapacityAsync(request).ResponseAsync));
        Assert.Single(answers.Distinct());
        Assert.Equal(["2030: 100 10 90"], await refining.Free(facility.Name, 2030, 2030));
    }

    [Fact]
    public async Task A_validate_only_reservation_takes_no_capacity()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"));
        var request = Reservation(facility.Name, "100", 2030, 2030);
        request.ValidateOnly = true;
        await client.ReserveCapacityAsync(request);
        Assert.Equal(["2030: 100 0 100"], await refining.Free(facility.Name, 2030, 2030));
        request.ValidateOnly = false;
        await client.ReserveCapacityAsync(request);
        await Refused.By(async () => await client.ReserveCapacityAsync(request), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task A_missing_facility_or_project_is_named()
    {
        var status = await Refused.By(async () => await refining.Reserve("facilities/nowhere", "1", 2030, 2030), StatusCode.FailedPrecondition, "FACILITY_NOT_FOUND");
        Assert.Equal("facilities/nowhere", Assert.Single(status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations).Subject);
        status = await Refused.By(
            async () => await refining.Reserve("facilities/nowhere", "1", 2030, 2030, request => request.Reservation.Project = "projects/nowhere"),
            StatusCode.FailedPrecondition,
            "PROJECT_NOT_FOUND");
        Assert.Equal("projects/nowhere", Assert.Single(status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations).Subject);
        await Refused.By(async () => await client.GetFacilityAsync(new() { Name = "facilities/nowhere" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
        await Refused.By(async () => await client.GetAvailabilityAsync(new() { Name = "facilities/nowhere" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
        await Refused.By(async () => await client.GetReservationAsync(new() { Name = "reservations/none" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task Paging_returns_each_active_reservation_once()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "1000"));
        var all = new List<string>();
        for (var i = 0; i < 8; i++)
            all.Add((await refining.Reserve(facility.Name, "1", 2030, 2030)).Name);
        await client.ReleaseReservationAsync(new() { Name = all[2] });
        var request = new ListReservationsRequest { PageSize = 3, Facility = facility.Name, Project = Project };
        Assert.Equal(all.Where(name => name != all[2]), await Names(request));
        request = new ListReservationsRequest { PageSize = 3, Facility = facility.Name, IncludeReleased = true };
        Assert.Equal(all, await Names(request));
        request = new ListReservationsRequest { Facility = facility.Name, Project = "projects/other" };
        Assert.Empty(await Names(request));

        Task<List<string>> Names(ListReservationsRequest request) => PageWalk.Walk(async token =>
        {
            request.PageToken = token;
            var page = await client.ListReservationsAsync(request);
            return (page.Reservations.Select(reservation => reservation.Name), page.NextPageToken);
        });
    }
}
