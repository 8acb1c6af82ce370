// At stake: what a caller of the refining API relies on: a write is there or refused whole, with everything that is wrong named, and
// a tonne of capacity is sold once. Tested through the public API only, on the service as a real process, beside a real projects.
using Google.Protobuf;
using Grpc.Core;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using Date = Google.Type.Date;
using Decimal = Google.Type.Decimal;

namespace Mining.Refining.Tests;

public sealed class RefiningProcess : IAsyncLifetime
{
    public const string Project = "projects/mine";

    public RefiningProcess()
    {
        Projects = new("projects");
        Process = new("refining", new Dictionary<string, string> { ["Mesh__Services__projects"] = Projects.Address });
    }

    public ServiceProcess Projects { get; }

    public ServiceProcess Process { get; }

    public RefiningService.RefiningServiceClient Client => new(Process.Channel);

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(Projects.Start(), Process.Start());
        await new ProjectService.ProjectServiceClient(Projects.Channel).CreateProjectAsync(new()
        {
            ProjectId = "mine",
            Project = new Project { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining } },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Projects.DisposeAsync();
    }
}

public sealed class RefiningApiTests(RefiningProcess refining) : IClassFixture<RefiningProcess>
{
    private const string Hydroxide = "lithium hydroxide";
    private static int count;

    private readonly RefiningService.RefiningServiceClient client = refining.Client;

    [Fact]
    public async Task A_created_facility_is_returned_as_it_was_given_with_its_capacities_in_order()
    {
        var created = await Create(Line("lithium", Hydroxide, "20000", 2030), Line("lithium", Hydroxide, "10000"), Line("cobalt", "", null));
        Assert.Equal(created, await client.GetFacilityAsync(new() { Name = created.Name }));
        Assert.Equal(1, created.Version);
        Assert.Equal([("cobalt", 0), ("lithium", 0), ("lithium", 2030)], created.Capacities.Select(entry => (entry.Mineral, entry.FromYear)));
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        var created = await Create();
        var request = new CreateFacilityRequest { FacilityId = created.Name[11..], Facility = Valid() };
        await Refused.By(async () => await client.CreateFacilityAsync(request), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
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
    public async Task A_change_on_an_outdated_etag_is_aborted()
    {
        var created = await Create();
        var update = new UpdateFacilityRequest { Facility = new Facility { Name = created.Name, Operator = "New" }, Etag = created.Etag };
        var updated = await client.UpdateFacilityAsync(update);
        Assert.Equal(("New", created.DisplayName), (updated.Operator, updated.DisplayName));
        Assert.Equal(created.Capacities, updated.Capacities);
        await Refused.By(async () => await client.UpdateFacilityAsync(update), StatusCode.Aborted, "ETAG_MISMATCH");
    }

    [Fact]
    public async Task A_reservation_lowers_what_is_free_in_its_years_and_its_release_gives_all_of_it_back()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"), Line("lithium", Hydroxide, "150.5", 2031));
        var reservation = await Reserve(facility.Name, "60", 2030, 2031);
        Assert.Equal(reservation, await client.GetReservationAsync(new() { Name = reservation.Name }));
        Assert.Equal(Hydroxide, reservation.Product); // the only one
        Assert.False(reservation.Released);
        Assert.Equal(
            ["2029: 100 0 100", "2030: 100 60 40", "2031: 150.5 60 90.5", "2032: 150.5 0 150.5"], await Free(facility.Name, 2029, 2032));

        // The date lies ahead, but what counts is what is recorded: the tonnes are free at once.
        var released = await client.ReleaseReservationAsync(new()
        {
            Name = reservation.Name,
            ReleaseDate = new Date { Year = 2199 },
            Reason = "mine delayed",
            Etag = reservation.Etag,
        });
        Assert.Equal((true, new Date { Year = 2199 }, "mine delayed", 2), (released.Released, released.ReleaseDate, released.ReleaseReason, released.Version));
        Assert.Equal(["2030: 100 0 100", "2031: 150.5 0 150.5"], await Free(facility.Name, 2030, 2031));
        await Refused.By(
            async () => await client.ReleaseReservationAsync(new() { Name = reservation.Name }), StatusCode.FailedPrecondition, "ALREADY_RELEASED");
    }

    [Fact]
    public async Task A_release_cannot_lie_before_the_reservation()
    {
        var facility = await Create();
        var reservation = await Reserve(facility.Name, "1", 2030, 2030, request => request.Reservation.ReservationDate = new Date { Year = 2026, Month = 5 });
        var release = new ReleaseReservationRequest { Name = reservation.Name, ReleaseDate = new Date { Year = 2026, Month = 4, Day = 30 } };
        await Refused.By(async () => await client.ReleaseReservationAsync(release), StatusCode.FailedPrecondition, "DATE_TOO_EARLY");
        release.ReleaseDate = new Date { Year = 2026 }; // may be after May
        Assert.True((await client.ReleaseReservationAsync(release)).Released);
    }

    [Fact]
    public async Task What_only_a_release_sets_cannot_be_set_by_a_reservation()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"));
        var reservation = await Reserve(facility.Name, "100", 2030, 2030, request =>
        {
            request.Reservation.Released = true;
            request.Reservation.ReleaseReason = "x";
            request.Reservation.ReleaseDate = new Date { Year = 2020 };
        });
        Assert.Equal((false, "", null), (reservation.Released, reservation.ReleaseReason, reservation.ReleaseDate));
        Assert.Equal(["2030: 100 100 0"], await Free(facility.Name, 2030, 2030));
    }

    [Fact]
    public async Task More_than_is_free_is_refused_with_each_lacking_year()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"), Line("lithium", Hydroxide, "1000", 2032));
        await Reserve(facility.Name, "60", 2030, 2040);
        var status = await Refused.By(async () => await Reserve(facility.Name, "41", 2029, 2033), StatusCode.FailedPrecondition, "CAPACITY_EXCEEDED");
        var violations = status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations;
        Assert.Equal(["2030 to 2031: capacity 100 t, reserved 60 t, free 40 t, asked 41 t."], violations.Select(violation => violation.Description));
        Assert.All(violations, violation => Assert.Equal(("CAPACITY_EXCEEDED", facility.Name), (violation.Type, violation.Subject)));
        Assert.Equal("2031: 100 60 40", (await Free(facility.Name, 2031, 2031)).Single());
    }

    [Fact]
    public async Task Nothing_can_be_reserved_of_a_capacity_that_is_not_known()
    {
        var facility = await Create(Line("lithium", Hydroxide, null));
        await Refused.By(async () => await Reserve(facility.Name, "1", 2030, 2030), StatusCode.FailedPrecondition, "CAPACITY_UNKNOWN");
        var availability = Assert.Single((await client.GetAvailabilityAsync(new() { Name = facility.Name, FromYear = 2030, ToYear = 2030 })).Availabilities);
        Assert.Equal((null, "0", null), (availability.CapacityTonnes, availability.ReservedTonnes.Value, availability.FreeTonnes));
    }

    [Fact]
    public async Task A_product_has_to_be_named_where_there_is_a_choice()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"), Line("lithium", "lithium carbonate", "50"), Line("cobalt", "", "7"));
        var status = await Refused.By(async () => await Reserve(facility.Name, "1", 2030, 2030), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            "must be one of what " + facility.Name + " makes of lithium: \"lithium carbonate\", \"lithium hydroxide\".", status.Description("reservation.product"));

        status = await Refused.By(
            async () => await Reserve(facility.Name, "1", 2030, 2030, request => request.Reservation.Mineral = "tin"), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Contains("\"cobalt\", \"lithium\"", status.Description("reservation.mineral"), StringComparison.Ordinal);

        var chosen = await Reserve(facility.Name, "50", 2030, 2030, request => request.Reservation.Product = "lithium carbonate");
        Assert.Equal("lithium carbonate", chosen.Product);
        Assert.Equal(
            ["cobalt  7", "lithium lithium carbonate 0", "lithium lithium hydroxide 100"],
            (await client.GetAvailabilityAsync(new() { Name = facility.Name, FromYear = 2030, ToYear = 2030 })).Availabilities
                .Select(entry => $"{entry.Mineral} {entry.Product} {entry.FreeTonnes.Value}"));
    }

    [Fact]
    public async Task A_capacity_cannot_fall_below_what_is_reserved()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"));
        var reservation = await Reserve(facility.Name, "60", 2030, 2031);
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

    [Fact]
    public async Task A_hundred_callers_at_once_buy_exactly_the_capacity()
    {
        // 100 times 7.001 t are asked; 350.05 t hold exactly 50 of them; in 2031 there is room for more.
        var facility = await Create(Line("lithium", Hydroxide, "350.05"), Line("lithium", Hydroxide, "9000", 2031));
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                await Reserve(facility.Name, "7.001", 2030 - i % 3, 2030 + i % 2);
                return "";
            }
            catch (RpcException exception)
            {
                return exception.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason;
            }
        }));
        Assert.Equal(50, calls.Count(reason => reason.Length == 0));
        Assert.Equal(50, calls.Count(reason => reason == "CAPACITY_EXCEEDED"));
        Assert.Equal(["2030: 350.05 350.05 0"], await Free(facility.Name, 2030, 2030));
        Assert.Equal(50, (await client.ListReservationsAsync(new() { Facility = facility.Name })).Reservations.Count);
    }

    [Fact]
    public async Task A_hundred_calls_with_one_request_id_reserve_once()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"));
        var request = Reservation(facility.Name, "10", 2030, 2030);
        request.RequestId = NextId();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.ReserveCapacityAsync(request).ResponseAsync));
        Assert.Single(answers.Distinct());
        Assert.Equal(["2030: 100 10 90"], await Free(facility.Name, 2030, 2030));
    }

    [Fact]
    public async Task What_is_only_validated_takes_nothing()
    {
        var facility = await Create(Line("lithium", Hydroxide, "100"));
        var request = Reservation(facility.Name, "100", 2030, 2030);
        request.ValidateOnly = true;
        await client.ReserveCapacityAsync(request);
        Assert.Equal(["2030: 100 0 100"], await Free(facility.Name, 2030, 2030));
        request.ValidateOnly = false;
        await client.ReserveCapacityAsync(request);
        await Refused.By(async () => await client.ReserveCapacityAsync(request), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task A_facility_or_project_that_does_not_exist_is_named()
    {
        var status = await Refused.By(async () => await Reserve("facilities/nowhere", "1", 2030, 2030), StatusCode.FailedPrecondition, "FACILITY_NOT_FOUND");
        Assert.Equal("facilities/nowhere", Assert.Single(status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations).Subject);
        status = await Refused.By(
            async () => await Reserve("facilities/nowhere", "1", 2030, 2030, request => request.Reservation.Project = "projects/nowhere"),
            StatusCode.FailedPrecondition,
            "PROJECT_NOT_FOUND");
        Assert.Equal("projects/nowhere", Assert.Single(status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations).Subject);
        await Refused.By(async () => await client.GetFacilityAsync(new() { Name = "facilities/nowhere" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
        await Refused.By(async () => await client.GetAvailabilityAsync(new() { Name = "facilities/nowhere" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
        await Refused.By(async () => await client.GetReservationAsync(new() { Name = "reservations/none" }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
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
    public async Task Availability_goes_over_ten_years_by_default(int from, int last)
    {
        var facility = await Create();
        var years = (await client.GetAvailabilityAsync(new() { Name = facility.Name, FromYear = from })).Availabilities.Select(entry => entry.Year).ToList();
        Assert.Equal(Enumerable.Range(from, last - from + 1), years);
    }

    [Fact]
    public async Task A_page_walk_sees_each_facility_of_a_filter_once()
    {
        var tin = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            tin.Add((await Create(
                facility => (facility.DisplayName, facility.Country, facility.Status) = ("100% Tin_", "DE", FacilityStatus.Planned),
                Line("tin", $"{i}", "1"),
                Line("tin", "x", "1"))).Name);
        }

        await Create(facility => (facility.DisplayName, facility.Country) = ("100% Tin_", "DE"), Line("tin", "", "1"));
        var request = new ListFacilitiesRequest
        {
            PageSize = 3,
            Minerals = { "tin", "zinc" },
            Countries = { "DE", "FR" },
            Statuses = { FacilityStatus.Planned },
            Text = "100% tin_",
        };
        Assert.Equal(
            tin, await Walk(request, async () => await client.ListFacilitiesAsync(request), page => page.Facilities.Select(facility => facility.Name)));
    }

    [Fact]
    public async Task A_page_walk_sees_each_reservation_that_holds_once()
    {
        var facility = await Create(Line("lithium", Hydroxide, "1000"));
        var all = new List<string>();
        for (var i = 0; i < 8; i++)
            all.Add((await Reserve(facility.Name, "1", 2030, 2030)).Name);
        await client.ReleaseReservationAsync(new() { Name = all[2] });
        var request = new ListReservationsRequest { PageSize = 3, Facility = facility.Name, Project = RefiningProcess.Project };
        Assert.Equal(all.Where(name => name != all[2]), await Walk(request, Page, Names));
        request = new ListReservationsRequest { PageSize = 3, Facility = facility.Name, IncludeReleased = true };
        Assert.Equal(all, await Walk(request, Page, Names));
        request = new ListReservationsRequest { Facility = facility.Name, Project = "projects/other" };
        Assert.Empty(await Walk(request, Page, Names));

        async Task<ListReservationsResponse> Page() => await client.ListReservationsAsync(request);
        static IEnumerable<string> Names(ListReservationsResponse page) => page.Reservations.Select(reservation => reservation.Name);
    }

    private static Capacity Line(string mineral, string product, string? tonnes, int fromYear = 0) => new()
    {
        Mineral = mineral,
        Product = product,
        TonnesPerYear = tonnes is null ? null : new Decimal { Value = tonnes },
        FromYear = fromYear,
    };

    private static Facility Valid() => new() { DisplayName = "A refinery", Country = "FR" };

    private static string NextId() => $"id-{Interlocked.Increment(ref count):D5}";

    private static ReserveCapacityRequest Reservation(string facility, string tonnes, int from, int to) => new()
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

    private static async Task<List<string>> Walk<TPage>(IMessage request, Func<Task<TPage>> next, Func<TPage, IEnumerable<string>> names)
        where TPage : IMessage
    {
        var seen = new List<string>();
        var token = request.Descriptor.FindFieldByName("page_token").Accessor;
        do
        {
            var page = await next();
            seen.AddRange(names(page));
            token.SetValue(request, page.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(page));
        }
        while (token.GetValue(request) is string { Length: > 0 });
        return seen;
    }

    private Task<Facility> Create(params Capacity[] capacities) =>
        Create(_ => { }, capacities.Length > 0 ? capacities : [Line("lithium", Hydroxide, "100")]);

    private async Task<Facility> Create(Action<Facility> adapt, params Capacity[] capacities)
    {
        var facility = Valid();
        facility.Capacities.AddRange(capacities);
        adapt(facility);
        return await client.CreateFacilityAsync(new() { FacilityId = NextId(), Facility = facility });
    }

    private async Task<Reservation> Reserve(string facility, string tonnes, int from, int to, Action<ReserveCapacityRequest>? adapt = null)
    {
        var request = Reservation(facility, tonnes, from, to);
        adapt?.Invoke(request);
        return await client.ReserveCapacityAsync(request);
    }

    /// <summary>Each year of the facility's only product: capacity, reserved, free.</summary>
    private async Task<string[]> Free(string facility, int from, int to) =>
    [
        .. (await client.GetAvailabilityAsync(new() { Name = facility, FromYear = from, ToYear = to })).Availabilities
            .Select(entry => $"{entry.Year}: {entry.CapacityTonnes.Value} {entry.ReservedTonnes.Value} {entry.FreeTonnes.Value}"),
    ];
}
