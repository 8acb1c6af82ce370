using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using WireDate = Google.Type.Date;
using WireMoney = Google.Type.Money;

namespace Mining.Bench.Data;

/// <summary>
/// Changes of three services by seed: a number of commitments over 5 000 projects and 2 000 investors, in the proportions of the sample
/// (instruments, currencies, statuses, undisclosed amounts, partial and missing dates, reasons for not being additive), each with its
/// history. The same count and seed give the same bytes.
/// </summary>
internal sealed class DataSet(int commitmentCount, int seed = 6)
{
    public const int ProjectCount = 5_000;
    public const int InvestorCount = 2_000;
    public const int FacilityCount = 100;

    private static readonly (Instrument, int Weight)[] Instruments =
    [
        (Instrument.Equity, 74), (Instrument.Grant, 59), (Instrument.Loan, 53), (Instrument.Offtake, 21), (Instrument.Guarantee, 6),
        (Instrument.PriceFloor, 3), (Instrument.Prepayment, 2),
    ];

    private static readonly (string, int Weight)[] Currencies =
        [("USD", 139), ("EUR", 54), ("AUD", 8), ("CAD", 7), ("NOK", 5), ("GBP", 3), ("PLN", 1), ("CZK", 1)];

    private static readonly (CommitmentStatus, int Weight)[] Statuses =
    [
        (CommitmentStatus.Committed, 130), (CommitmentStatus.Pledged, 58), (CommitmentStatus.Disbursed, 23), (CommitmentStatus.Cancelled, 7),
    ];

    private static readonly CountingBasis[] NotAdditive =
    [
        CountingBasis.ConsortiumTotal, CountingBasis.CompanyLevel, CountingBasis.AcquisitionPrice, CountingBasis.GrossOfGrants,
        CountingBasis.Overlap, CountingBasis.Indicative,
    ];

    private static readonly (string Currency, decimal UnitsPerEuro)[] RatesOfFirstYear =
        [("USD", 1.10m), ("AUD", 1.63m), ("CAD", 1.47m), ("NOK", 11.4m), ("GBP", 0.85m), ("PLN", 4.3m), ("CZK", 24.9m)];

    private static readonly string[] Countries = ["US", "DE", "FR", "FI", "CA", "AU", "NO", "CN", "GB", "PL"];
    private static readonly string[] Minerals = ["lithium", "nickel", "cobalt", "graphite", "copper", "gallium", "germanium", "tungsten"];
    private static readonly DateOnly FirstDay = new(2015, 1, 1);
    private static readonly Timestamp Recorded = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The day after the last event.</summary>
    public static DateOnly Today { get; } = new(2026, 1, 1);

    /// <summary>The changes of a service, in sequence order.</summary>
    public IEnumerable<Change> Of(string source) => source switch
    {
        "projects" => Numbered(source, Projects()),
        "investors" => Numbered(source, Investors()),
        _ => Numbered(source, Refining()),
    };

    public IEnumerable<Change> All() => ((string[])["projects", "investors", "refining"]).SelectMany(Of);

    /// <summary>The next version of one commitment, with another amount. Higher numbers are later versions.</summary>
    /// <param name="commitment">The number of the commitment.</param>
    /// <param name="number">The number of this change, from 1.</param>
    /// <param name="after">The last sequence of the log before the first of these changes.</param>
    public Change Next(int commitment, int number, long after)
    {
        var next = MakeCommitment(commitment, new Random(HashCode(commitment)));
        next.Version = number + 1;
        next.Etag = $"{next.Version}";
        next.Amount = new WireMoney { CurrencyCode = next.CurrencyCode, Units = 1_000 + number };
        next.AmountHistory.Clear();
        return ChangeOf("investors", after + number, next.Name, next.Version, next);
    }

    private static IEnumerable<Change> Numbered(string source, IEnumerable<(string Name, IMessage State)> resources)
    {
        var sequence = 0L;
        foreach (var (name, state) in resources)
            yield return ChangeOf(source, ++sequence, name, 1, state);
    }

    private static Change ChangeOf(string source, long sequence, string name, long version, IMessage state) => new()
    {
        Source = source,
        LogId = $"bench-{source}",
        Sequence = sequence,
        EventId = $"bench-{source}-{sequence}",
        Resource = name,
        Version = version,
        Actor = "eu:bench",
        Method = "Import",
        CommitTime = Recorded,
        State = Any.Pack(state),
    };

    private int HashCode(int number) => unchecked((seed * 486_187_739) + (number * 16_777_619));

    private IEnumerable<(string, IMessage)> Projects()
    {
        var random = new Random(seed);
        for (var number = 0; number < ProjectCount; number++)
        {
            var project = MakeProject(number, random);
            yield return (project.Name, project);
        }
    }

    private static Project MakeProject(int number, Random random)
    {
        var stage = (Stage)random.Next(1, 13);
        var project = new Project
        {
            Name = $"projects/project-{number:00000}",
            DisplayName = $"Project {number}",
            Operator = "Mining plc",
            Kinds = { random.Next(4) == 0 ? ProjectKind.Refining : ProjectKind.Mining },
            Country = Countries[random.Next(Countries.Length)],
            Minerals = { Minerals.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Order(StringComparer.Ordinal) },
            Stage = stage,
            StageHistory = { new StageChange { Stage = Stage.Exploration }, new StageChange { Stage = stage, EffectiveDate = Date(random) ?? new WireDate { Year = 2020 } } },
            PlannedFirstProduction = new WireDate { Year = random.Next(2024, 2032) },
            BaselineFirstProduction = new WireDate { Year = random.Next(2023, 2030) },
            ReportDate = Date(random),
            Version = 1,
            Etag = "1",
        };
        if (random.Next(3) > 0)
            project.CapitalCost = new WireMoney { CurrencyCode = random.Next(3) == 0 ? "EUR" : "USD", Units = random.Next(1, 4_000) * 1_000_000L };
        if (random.Next(2) == 0)
            project.Outputs.Add(new Output { Mineral = project.Minerals[0], TonnesPerYear = new() { Value = $"{random.Next(100, 50_000)}" } });
        for (var permit = random.Next(3); permit > 0; permit--)
        {
            project.Permits.Add(new Permit
            {
                PermitId = $"permit-{permit}",
                DisplayName = $"Permit {permit}",
                Activity = PermitActivity.Extraction,
                ApplicationDate = Date(random),
                GrantDate = random.Next(2) == 0 ? Date(random) : null,
                StatutoryLimitMonths = 27,
            });
        }

        if (random.Next(2) == 0)
        {
            project.Milestones.Add(new Milestone
            {
                MilestoneId = "decision",
                DisplayName = "Investment decision",
                BaselineDate = new WireDate { Year = 2024, Month = random.Next(1, 13) },
                ForecastDate = new WireDate { Year = 2026, Month = random.Next(1, 13) },
            });
        }

        return project;
    }

    private IEnumerable<(string, IMessage)> Investors()
    {
        yield return ("partnerships/eu-us", new Partnership
        {
            Name = "partnerships/eu-us",
            DisplayName = "EU and US",
            ReportingCurrency = "EUR",
            Sides =
            {
                new Side { SideId = "EU", DisplayName = "EU", TargetSharePpm = 500_000, Countries = { "EU", "DE", "FR", "FI", "PL" } },
                new Side { SideId = "US", DisplayName = "US", TargetSharePpm = 500_000, Countries = { "US" } },
            },
            Version = 1,
        });
        foreach (var year in Enumerable.Range(FirstDay.Year, Today.Year - FirstDay.Year + 1))
        {
            var name = $"exchangeRateTables/{year}-01-01";
            yield return (name, new ExchangeRateTable
            {
                Name = name,
                Date = new WireDate { Year = year, Month = 1, Day = 1 },
                Rates = { Rates(year) },
                Version = 1,
            });
        }

        var random = new Random(seed + 1);
        for (var number = 0; number < InvestorCount; number++)
        {
            var investor = new Investor
            {
                Name = NameOfInvestor(number),
                DisplayName = $"Investor {number}",
                Country = Countries[random.Next(Countries.Length)],
                Kind = InvestorKind.Company,
                Version = 1,
                Etag = "1",
            };
            if (random.Next(10) == 0)
                investor.BeneficialOwners.Add([new BeneficialOwner { Country = "DE", SharePpm = 333_333 }, new BeneficialOwner { Country = "US", SharePpm = 250_001 }]);
            yield return (investor.Name, investor);
        }

        for (var number = 0; number < commitmentCount; number++)
        {
            var commitment = MakeCommitment(number, new Random(HashCode(number)));
            yield return (commitment.Name, commitment);
        }
    }

    private static string NameOfInvestor(int number) => $"investors/investor-{number:0000}";

    private static IEnumerable<ExchangeRate> Rates(int year) => RatesOfFirstYear.Select(rate => new ExchangeRate
    {
        CurrencyCode = rate.Currency,
        UnitsPerEuro = new() { Value = (rate.UnitsPerEuro + ((year - FirstDay.Year) * 0.0013m)).ToString(CultureInfo.InvariantCulture) },
    });

    private static Commitment MakeCommitment(int number, Random random)
    {
        var instrument = Pick(Instruments, random);
        var currency = Pick(Currencies, random);
        var status = Pick(Statuses, random);
        var announced = Date(random);
        var isDisclosed = random.Next(218) >= 61;
        var amount = isDisclosed ? Amount(currency, random) : null;
        var commitment = new Commitment
        {
            Name = $"commitments/commitment-{number:0000000}",
            Investor = NameOfInvestor(random.Next(InvestorCount)),
            Project = $"projects/project-{random.Next(ProjectCount):00000}",
            Instrument = instrument,
            CurrencyCode = currency,
            Amount = amount,
            CountingBasis = instrument == Instrument.PriceFloor ? CountingBasis.UnitPrice
                : random.Next(10) == 0 ? NotAdditive[random.Next(NotAdditive.Length)]
                : CountingBasis.Additive,
            AnnouncementDate = announced,
            Status = status,
            Note = random.Next(5) == 0 ? "As the minister said at the opening." : "",
            Sources = { new Source { Citation = "https://example.org/announcements/2026", Confidence = Confidence.StoredSource } },
            Version = 1,
            Etag = "1",
            CreateTime = Recorded,
            UpdateTime = Recorded,
        };
        if (status is CommitmentStatus.Committed or CommitmentStatus.Disbursed)
            commitment.Signing = new Signing { Date = Later(announced, random) };
        if (status == CommitmentStatus.Cancelled)
            commitment.Cancellation = new Cancellation { Date = Later(announced, random), Reason = "Given up" };
        if (status == CommitmentStatus.Disbursed)
            commitment.Disbursements.Add(Payments(amount, commitment.Signing.Date, random));
        if (amount is not null && random.Next(10) == 0)
        {
            commitment.AmountHistory.Add(new DatedAmount { Amount = Amount(currency, random), EffectiveDate = announced });
            commitment.AmountHistory.Add(new DatedAmount { Amount = amount, EffectiveDate = Later(announced, random) ?? new WireDate { Year = 2024 } });
        }

        return commitment;
    }

    private static IEnumerable<Disbursement> Payments(WireMoney? amount, WireDate? from, Random random)
    {
        var count = random.Next(1, 4);
        for (var number = 1; number <= count; number++)
        {
            yield return new Disbursement
            {
                DisbursementId = $"{number}",
                Amount = amount is null ? null : new WireMoney { CurrencyCode = amount.CurrencyCode, Units = amount.Units / count },
                Date = Later(from, random),
            };
        }
    }

    private static WireMoney Amount(string currency, Random random) =>
        new() { CurrencyCode = currency, Units = random.Next(1, 2_000) * 100_000L, Nanos = random.Next(20) == 0 ? 250_000_000 : 0 };

    /// <summary>Mostly a full date, as often as in the sample only a month, or unknown.</summary>
    private static WireDate? Date(Random random)
    {
        var day = FirstDay.AddDays(random.Next(Today.DayNumber - FirstDay.DayNumber));
        return random.Next(218) switch
        {
            < 4 => null,
            < 56 => new WireDate { Year = day.Year, Month = day.Month },
            _ => new WireDate { Year = day.Year, Month = day.Month, Day = day.Day },
        };
    }

    /// <summary>Up to three years later; unknown if the start is.</summary>
    private static WireDate? Later(WireDate? from, Random random)
    {
        if (from is null)
            return null;
        var day = new DateOnly(from.Year, Math.Max(1, from.Month), Math.Max(1, from.Day)).AddDays(random.Next(1, 3 * 365));
        return new WireDate { Year = day.Year, Month = day.Month, Day = day.Day };
    }

    private static T Pick<T>((T Value, int Weight)[] values, Random random)
    {
        var left = random.Next(values.Sum(value => value.Weight));
        foreach (var (value, weight) in values)
        {
            if ((left -= weight) < 0)
                return value;
        }

        return values[^1].Value;
    }

    private IEnumerable<(string, IMessage)> Refining()
    {
        var random = new Random(seed + 2);
        for (var number = 0; number < FacilityCount; number++)
        {
            var name = $"facilities/facility-{number:000}";
            yield return (name, new Facility { Name = name, DisplayName = $"Facility {number}", Country = Countries[random.Next(Countries.Length)], Version = 1 });
        }

        for (var number = 0; number < ProjectCount / 5; number++)
        {
            var name = $"reservations/reservation-{number:00000}";
            yield return (name, new Reservation
            {
                Name = name,
                Facility = $"facilities/facility-{random.Next(FacilityCount):000}",
                Project = $"projects/project-{random.Next(ProjectCount):00000}",
                Mineral = Minerals[random.Next(Minerals.Length)],
                TonnesPerYear = new() { Value = $"{random.Next(10, 5_000)}" },
                FromYear = 2024,
                ToYear = 2034,
                ReservationDate = Date(random),
                Version = 1,
            });
        }
    }
}
