using Google.Protobuf;
using Google.Type;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Simulation.Model;
using Xunit;

namespace Mining.Simulation.Tests.Model;

/// <summary>A model that a test fills with commands, in a form as short as an example.</summary>
internal sealed class ModelWorld
{
    public const string PartnershipName = "partnerships/eu-us";

    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public MeshModel Model { get; } = new(new Partnership
    {
        Name = PartnershipName,
        DisplayName = "Two sides",
        ReportingCurrency = "EUR",
        Version = 1,
        Etag = "1",
        Sides =
        {
            new Side { SideId = "EU", DisplayName = "Union", Countries = { "DE", "FR" }, TargetSharePpm = 500_000 },
            new Side { SideId = "US", DisplayName = "States", Countries = { "US" }, TargetSharePpm = 500_000 },
        },
        OutsideOwnershipRule = new() { CoveredCountries = { "CN" }, LimitPpm = 250_000, Effect = OutsideOwnershipRule.Types.Effect.Mark },
    });

    /// <summary>Applies a command that must be accepted.</summary>
    public void Do(IMessage request)
    {
        Assert.IsType<Accepted>(Model.Predict(request, Now));
        Model.Apply(request, Now);
    }

    /// <summary>A command that must be refused for exactly this reason.</summary>
    public void Refuses(string reason, IMessage request)
    {
        var refused = Assert.IsType<Mining.Simulation.Model.Refused>(Model.Predict(request, Now));
        Assert.Equal([reason], refused.Reasons);
    }

    public ModelWorld Project(string id, Stage stage = Stage.Permitting, Date? since = null)
    {
        Do(new CreateProjectRequest
        {
            ProjectId = id,
            Project = new() { DisplayName = id, Kinds = { ProjectKind.Mining }, Country = "DE", Stage = stage },
            StageEffectiveDate = since,
        });
        return this;
    }

    public ModelWorld Investor(string id, string country, params (string Country, int Ppm)[] owners)
    {
        var investor = new Investor { DisplayName = id, Country = country, Kind = InvestorKind.Company };
        investor.BeneficialOwners.AddRange(owners.Select(owner => new BeneficialOwner { Country = owner.Country, SharePpm = owner.Ppm }));
        Do(new CreateInvestorRequest { InvestorId = id, Investor = investor });
        return this;
    }

    public ModelWorld Commitment(string id, string investor, string project, Money? amount, string currency = "EUR", Date? announced = null)
    {
        Do(new CreateCommitmentRequest
        {
            CommitmentId = id,
            Commitment = new()
            {
                Investor = "investors/" + investor,
                Project = "projects/" + project,
                Instrument = Instrument.Loan,
                CurrencyCode = amount?.CurrencyCode ?? currency,
                Amount = amount,
                AnnouncementDate = announced,
            },
        });
        return this;
    }

    public ModelWorld Rate(string currency, string unitsPerEuro)
    {
        Do(new PublishExchangeRatesRequest
        {
            Date = On(2026, 1, 2),
            Rates = { new ExchangeRate { CurrencyCode = currency, UnitsPerEuro = new() { Value = unitsPerEuro } } },
        });
        return this;
    }

    public ModelWorld Facility(string id, params (int FromYear, string? Tonnes)[] capacities)
    {
        var facility = new Facility { DisplayName = id, Country = "FR" };
        facility.Capacities.AddRange(capacities.Select(capacity => new Capacity
        {
            Mineral = "lithium",
            Product = "hydroxide",
            FromYear = capacity.FromYear,
            TonnesPerYear = capacity.Tonnes is null ? null : new() { Value = capacity.Tonnes },
        }));
        Do(new CreateFacilityRequest { FacilityId = id, Facility = facility });
        return this;
    }

    /// <summary>The shares of a measure as `side amount in cents, share`.</summary>
    public string Shares(Measure measure, DateOnly asOf, bool jointOnly = false)
    {
        var summary = Model.Portfolio(new() { ReportingCurrency = "EUR" }, asOf).Summary();
        return string.Join(", ", (jointOnly ? summary.JointProjects : summary.AllProjects).Single(table => table.Measure == measure).Sides.Select(
            side => $"{side.SideId} {(side.Amount.Units * 100) + (side.Amount.Nanos / 10_000_000)} {(side.HasSharePpm ? side.SharePpm : "-")}"));
    }

    public static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };

    public static Money Yen(long units) => new() { CurrencyCode = "JPY", Units = units };

    public static Date On(int year, int month = 0, int day = 0) => new() { Year = year, Month = month, Day = day };
}
