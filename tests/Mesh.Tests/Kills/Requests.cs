using System.Globalization;
using Google.Protobuf;
using Google.Type;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Date = Google.Type.Date;

namespace Mining.Mesh.Tests.Kills;

/// <summary>
/// Makes the commands of one client: for all three services, most of them valid, some to be refused. They share few resources, so that
/// clients collide on the same projects, commitments and capacities.
/// </summary>
internal sealed class Requests(KnownNames known, Random random, string client)
{
    private static readonly string[] Countries = ["DE", "FR", "US", "CA", "CN"];
    private static readonly Date Day = new() { Year = 2026, Month = 1, Day = 15 };
    private int count;

    /// <summary>The next command, with or without request id, etag and <c>validate_only</c>.</summary>
    public Write Next()
    {
        count++;
        IMessage request = random.Next(100) switch
        {
            < 8 => CreateProject(),
            < 14 => UpdateProject(),
            < 24 => new ChangeStageRequest { Name = Any("projects/"), Stage = (Stage)random.Next(1, 12), EffectiveDate = Day, Reason = $"because {count}" },
            < 28 => new RecordMilestoneRequest { Name = Any("projects/"), Milestone = new() { MilestoneId = $"m-{random.Next(20)}", DisplayName = $"Milestone {count}", BaselineDate = Day } },
            < 32 => new RecordPermitRequest { Name = Any("projects/"), Permit = new() { PermitId = $"p-{random.Next(20)}", DisplayName = $"Permit {count}", Activity = PermitActivity.Extraction } },
            < 36 => CreateInvestor(),
            < 50 => CreateCommitment(),
            < 60 => new SignCommitmentRequest { Name = Any("commitments/"), Date = Day },
            < 68 => new RecordDisbursementRequest { Name = Any("commitments/"), Disbursement = new() { Amount = Euros(random.Next(1, 50)), Date = Day } },
            < 72 => new CancelCommitmentRequest { Name = Any("commitments/"), Date = Day, Reason = $"because {count}" },
            < 75 => CreateFacility(),
            < 90 => Reserve(),
            < 96 => new ReleaseReservationRequest { Name = Any("reservations/"), Reason = $"because {count}" },
            _ => UpdateFacility(),
        };
        var isRepeatable = random.Next(10) < 7;
        // Other clients use the same ids: a request id belongs to its caller.
        if (isRepeatable)
            Set(request, "request_id", $"request-{count}");
        if (random.Next(20) == 0)
            Set(request, "validate_only", true);
        if (random.Next(20) == 0)
            Set(request, "etag", "1");
        return new Write(isRepeatable ? client : $"{client}.{count}", request);
    }

    private static void Set(IMessage request, string field, object value) =>
        request.Descriptor.FindFieldByName(field)?.Accessor.SetValue(request, value);

    private static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };

    private CreateProjectRequest CreateProject() => new()
    {
        ProjectId = NewId(),
        Project = new() { DisplayName = $"Mine {count}", Country = Any(Countries), Kinds = { ProjectKind.Mining }, Minerals = { "lithium" }, CapitalCost = Euros(1_000) },
    };

    private UpdateProjectRequest UpdateProject() => new()
    {
        Project = new() { Name = Any("projects/"), Operator = $"Operator {count}", CapitalCost = Euros(random.Next(1, 5_000)) },
    };

    private CreateInvestorRequest CreateInvestor() => new()
    {
        InvestorId = NewId(),
        Investor = new()
        {
            DisplayName = $"Investor {count}",
            Country = Any(Countries),
            Kind = InvestorKind.Fund,
            BeneficialOwners = { new BeneficialOwner { Country = "US", SharePpm = random.Next(1, 500_000) } },
        },
    };

    private CreateCommitmentRequest CreateCommitment()
    {
        var currency = random.Next(3) == 0 ? "USD" : "EUR";
        return new()
        {
            CommitmentId = NewId(),
            Commitment = new()
            {
                Investor = Any("investors/"),
                Project = Any("projects/"),
                Instrument = (Instrument)random.Next(1, 6),
                CurrencyCode = currency,
                Amount = new() { CurrencyCode = currency, Units = random.Next(1, 1_000), Nanos = 10_000_000 * random.Next(100) },
                AnnouncementDate = new() { Year = 2025, Month = random.Next(0, 13) },
            },
        };
    }

    private CreateFacilityRequest CreateFacility() => new()
    {
        FacilityId = NewId(),
        Facility = new() { DisplayName = $"Refinery {count}", Country = Any(Countries), Capacities = { Capacity(100) } },
    };

    private UpdateFacilityRequest UpdateFacility() => new()
    {
        Facility = new() { Name = Any("facilities/"), Operator = $"Operator {count}", Capacities = { Capacity(random.Next(40, 160)) } },
    };

    private ReserveCapacityRequest Reserve()
    {
        var from = random.Next(2026, 2030);
        return new()
        {
            ReservationId = NewId(),
            Reservation = new()
            {
                Facility = Any("facilities/"),
                Project = Any("projects/"),
                Mineral = "lithium",
                TonnesPerYear = Tonnes(random.Next(1, 40)),
                FromYear = from,
                ToYear = from + random.Next(4),
            },
        };
    }

    private static Capacity Capacity(int tonnes) => new() { Mineral = "lithium", Product = "hydroxide", TonnesPerYear = Tonnes(tonnes) };

    private static Google.Type.Decimal Tonnes(int tonnes) => new() { Value = tonnes.ToString(CultureInfo.InvariantCulture) };

    /// <summary>Usually a new id; sometimes one that may already exist, or an invalid one.</summary>
    private string NewId() => random.Next(25) switch
    {
        0 => $"shared-{random.Next(10)}",
        1 => "an invalid id",
        _ => $"{client}-{count}",
    };

    private string Any(string collection) => random.Next(40) == 0 ? $"{collection}never-was" : known.Any(collection, random);

    private string Any(string[] values) => values[random.Next(values.Length)];
}
