// At stake: what a caller of the refining API relies on for facilities. A write succeeds or is refused as a whole, with every violation
// named. Tested through the public API only, on the service as a real process, beside a real projects service.
using Grpc.Core;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using static Mining.Refining.Tests.RefiningProcess;
using Date = Google.Type.Date;

namespace Mining.Refining.Tests;

public sealed class FacilityApiTests(RefiningOnSqlite refining) : FacilityApiSuite(refining), IClassFixture<RefiningOnSqlite>;

public sealed class FacilityApiOnSqlServerTests(RefiningOnSqlServer refining) : FacilityApiSuite(refining), IClassFixture<RefiningOnSqlServer>;

public abstract class FacilityApiSuite(RefiningProcess refining)
{
    private readonly RefiningService.RefiningServiceClient client = refining.SkipUnlessAvailable().Client;

    [Fact]
    public async Task A_created_facility_is_returned_unchanged_with_its_capacities_in_order()
    {
        var created = await refining.Create(Line("lithium", Hydroxide, "20000", 2030), Line("lithium", Hydroxide, "10000"), Line("cobalt", "", null));
        Assert.Equal(created, await client.GetFacilityAsync(new() { Name = created.Name }));
        Assert.Equal(1, created.Version);
        Assert.Equal([("cobalt", 0), ("lithium", 0), ("lithium", 2030)], created.Capacities.Select(entry => (entry.Mineral, entry.FromYear)));
    }

    [Fact]
    public async Task A_duplicate_id_is_refused()
    {
        var created = await refining.Create();
        var request = new CreateFacilityRequest { FacilityId = created.Name[11..], Facility = Valid() };
        await Refused.By(async () => await client.CreateFacilityAsync(request), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task Products_that_differ_only_in_surrounding_blanks_are_duplicates()
    {
        var facility = Valid();
        facility.Capacities.AddRange([Line("lithium", Hydroxide, "100"), Line("lithium", Hydroxide + " ", "100"), Line("tin", "\tmetal", "1")]);
        var status = await Refused.By(
            async () => await client.CreateFacilityAsync(new() { FacilityId = NextId(), Facility = facility }), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["facility.capacities[1].product", "facility.capacities[2].product"], status.Fields());

        // Products that differ in case are distinct, with separate capacities.
        var created = await refining.Create(Line("lithium", Hydroxide, "100"), Line("lithium", "Lithium hydroxide", "100"));
        foreach (var product in (string[])[Hydroxide, "Lithium hydroxide"])
            await refining.Reserve(created.Name, "60", 2030, 2031, request => request.Reservation.Product = product);
        await Refused.By(
            () => refining.Reserve(created.Name, "60", 2030, 2031, request => request.Reservation.Product = Hydroxide), StatusCode.FailedPrecondition, "CAPACITY_EXCEEDED");
    }

    [Fact]
    public async Task All_violations_of_a_facility_are_named_at_once()
    {
        var request = new CreateFacilityRequest
        {
            FacilityId = "-",
            Facility = new Facility
            {
                Country = "UK",
                Status = (FacilityStatus)99,
                InServiceDate = new Date { Year = 2028, Day = 3 },
                Capacities =
                {
                    Line("litium", "", "-1"), Line("cobalt", "", "1", 1799), Line("tin", "", "1.0001"), Line("zinc", "metal", "1"), Line("zinc", "metal", "2"),
                },
                Sources = { new Mining.Common.V1.Source() },
            },
        };
        var status = await Refused.By(async () => await client.CreateFacilityAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "facility_id", "facility.display_name", "facility.country", "facility.status", "facility.in_service_date",
                "facility.capacities[0].mineral", "facility.capacities[0].tonnes_per_year", "facility.capacities[1].from_year",
                "facility.capacities[2].tonnes_per_year", "facility.capacities[4]", "facility.sources[0].citation",
            ],
            status.Fields());
    }

    [Fact]
    public async Task A_change_with_a_stale_etag_is_aborted()
    {
        var created = await refining.Create();
        var update = new UpdateFacilityRequest { Facility = new Facility { Name = created.Name, Operator = "New" }, Etag = created.Etag };
        var updated = await client.UpdateFacilityAsync(update);
        Assert.Equal(("New", created.DisplayName), (updated.Operator, updated.DisplayName));
        Assert.Equal(created.Capacities, updated.Capacities);
        await Refused.By(async () => await client.UpdateFacilityAsync(update), StatusCode.Aborted, "ETAG_MISMATCH");
    }

    [Fact]
    public async Task A_capacity_cannot_be_reduced_below_its_reservations()
    {
        var facility = await refining.Create(Line("lithium", Hydroxide, "100"));
        var reservation = await refining.Reserve(facility.Name, "60", 2030, 2031);
        var update = new UpdateFacilityRequest
        {
            Facility = new Facility { Name = facility.Name, Capacities = { Line("lithium", Hydroxide, "100"), Line("lithium", Hydroxide, "59.999", 2031) } },
        };
        var status = await Refused.By(async () => await client.UpdateFacilityAsync(update), StatusCode.FailedPrecondition, "CAPACITY_RESERVED");
        Assert.Equal(
            "2031: lithium (lithium hydroxide), new capacity 59.999 t, reserved 60 t.",
            Assert.Single(status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations).Description);

        await client.ReleaseReservationAsync(new() { Name = reservation.Name });
        Assert.Equal(2, (await client.UpdateFacilityAsync(update)).Capacities.Count);
    }

    [Theory]
    [InlineData(1799, 0, "from_year")]
    [InlineData(2030, 2029, "to_year")]
    [InlineData(2030, 2090, "to_year")]
    [InlineData(2200, 2201, "to_year")]
    public async Task Years_beyond_the_limits_are_refused(int from, int to, string field)
    {
        var request = new GetAvailabilityRequest { Name = "facilities/f", FromYear = from, ToYear = to };
        var status = await Refused.By(async () => await client.GetAvailabilityAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal([field], status.Fields());
    }

    [Theory]
    [InlineData(2030, 2039)]
    [InlineData(2200, 2200)]
    public async Task Availability_covers_ten_years_by_default(int from, int last)
    {
        var facility = await refining.Create();
        var years = (await client.GetAvailabilityAsync(new() { Name = facility.Name, FromYear = from })).Availabilities.Select(entry => entry.Year).ToList();
        Assert.Equal(Enumerable.Range(from, last - from + 1), years);
    }

    [Fact]
    public async Task Paging_returns_each_matching_facility_once()
    {
        var tin = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            tin.Add((await refining.Create(
                facility => (facility.DisplayName, facility.Country, facility.Status) = ("100% Tin_", "DE", FacilityStatus.Planned),
                Line("tin", $"{i}", "1"),
                Line("tin", "x", "1"))).Name);
        }

        await refining.Create(facility => (facility.DisplayName, facility.Country) = ("100% Tin_", "DE"), Line("tin", "", "1"));
        var request = new ListFacilitiesRequest
        {
            PageSize = 3,
            Minerals = { "tin", "zinc" },
            Countries = { "DE", "FR" },
            Statuses = { FacilityStatus.Planned },
            Text = "100% tin_",
        };
        Assert.Equal(tin, await PageWalk.Walk(async token =>
        {
            request.PageToken = token;
            var page = await client.ListFacilitiesAsync(request);
            return (page.Facilities.Select(facility => facility.Name), page.NextPageToken);
        }));
    }
}
