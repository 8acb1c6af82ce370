using System.Globalization;
using Google.Protobuf;
using Mining.Refining.V1;
using static Mining.Simulation.Model.Commands.Pools;

namespace Mining.Simulation.Model.Commands;

/// <summary>Commands about facilities and reservations.</summary>
internal static class RefiningCommands
{
    public static IMessage Create(Random random) => new CreateFacilityRequest
    {
        FacilityId = NewId(random, "facility", FacilityCount),
        Facility = Facility(random),
        ValidateOnly = ValidateOnly(random),
    };

    public static IMessage Update(Random random)
    {
        var facility = Facility(random);
        facility.Name = Pools.Facility(random);
        return new UpdateFacilityRequest
        {
            Facility = facility,
            UpdateMask = random.Next(6) switch
            {
                0 => null,
                1 => ProjectCommands.Mask("*"),
                2 => random.Chance(10) ? ProjectCommands.Mask("version") : ProjectCommands.Mask("status", "in_service_date"),
                3 => ProjectCommands.Mask("display_name", "operator", "country"),
                _ => ProjectCommands.Mask("capacities"),
            },
            Etag = Etag(random),
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage Reserve(Random random)
    {
        var fromYear = random.Next(2026, 2033);
        var (mineral, product) = random.Pick(
            ("lithium", "hydroxide"), ("lithium", "hydroxide"), ("lithium", "carbonate"), ("lithium", ""), ("rare-earths", ""), ("rare-earths", "oxide"));
        return new ReserveCapacityRequest
        {
            ReservationId = NewId(random, "reservation", ReservationCount),
            Reservation = new Reservation
            {
                Facility = Pools.Facility(random),
                Project = Project(random),
                Mineral = random.Chance(4) ? random.Pick("unobtainium", "cobalt") : mineral,
                Product = product,
                TonnesPerYear = random.Chance(2) ? new() { Value = random.Pick("0", "-1", "1.2345") } : Thousandths(random.Next(1, 4_000_000)),
                FromYear = fromYear,
                ToYear = fromYear + (random.Chance(2) ? random.Pick(-1, 60) : random.Next(6)),
                ReservationDate = random.Maybe(30, PastDate),
            },
            ValidateOnly = ValidateOnly(random),
        };
    }

    public static IMessage Release(Random random) => new ReleaseReservationRequest
    {
        Name = Pools.Reservation(random),
        ReleaseDate = random.Maybe(30, PastDate),
        Reason = random.Pick("", "not needed"),
        Etag = Etag(random),
        ValidateOnly = ValidateOnly(random),
    };

    public static Google.Type.Decimal? Tonnes(Random random) => random.Next(100) switch
    {
        < 10 => null,
        10 => new() { Value = "-5" },
        11 => new() { Value = "0.0001" },
        _ => Thousandths(random.Next(0, 20_000_000)),
    };

    private static Facility Facility(Random random)
    {
        var facility = new Facility
        {
            DisplayName = random.Chance(1) ? "" : $"Facility {random.Next(100)}",
            Operator = random.Pick("", "An operator"),
            Country = random.Chance(1) ? "ZZ" : random.Pick("DE", "US", "FR", "AU"),
            Status = random.Chance(1) ? (FacilityStatus)99 : (FacilityStatus)random.Next(6),
            InServiceDate = random.Maybe(50, PastDate),
        };
        // In random order: the service sorts them by mineral, product and year.
        facility.Capacities.Add(Capacity(random, "rare-earths", random.Pick("", "oxide"), 0));
        facility.Capacities.Add(Capacity(random, "lithium", "hydroxide", random.Pick(0, 2026, 2028)));
        if (random.Chance(60))
            facility.Capacities.Add(Capacity(random, "lithium", "hydroxide", random.Pick(2027, 2029, 2030)));
        if (random.Chance(50))
            facility.Capacities.Add(Capacity(random, "lithium", "carbonate", 2027));
        if (random.Chance(2))
            facility.Capacities.Add(facility.Capacities[0]);
        return facility;
    }

    private static Capacity Capacity(Random random, string mineral, string product, int fromYear) =>
        new() { Mineral = mineral, Product = product, FromYear = fromYear, TonnesPerYear = Tonnes(random), Basis = random.Pick("", "nameplate") };

    private static Google.Type.Decimal Thousandths(int thousandths) =>
        new() { Value = (thousandths / 1_000m).ToString("0.###", CultureInfo.InvariantCulture) };
}
