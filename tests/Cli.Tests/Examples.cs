using Google.Protobuf.WellKnownTypes;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Cli.Tests;

/// <summary>Example answers that the tests print.</summary>
internal static class Examples
{
    public static Partnership Partnership() => new()
    {
        Name = "partnerships/eu-us",
        DisplayName = "European Union and United States",
        ReportingCurrency = "EUR",
        Sides =
        {
            new Side { SideId = "EU", DisplayName = "European Union", TargetSharePpm = 500_000,
                Countries = { "DE", "FI", "FR", "PL", "EU" } },
            new Side { SideId = "US", DisplayName = "United States", TargetSharePpm = 500_000, Countries = { "US" } },
        },
    };

    public static Google.Type.Money Euro(long minorUnits) => new Amount(minorUnits, "EUR").ToMoney();

    public static ShareTable Shares(
        Measure measure, long eu, int euPpm, long outside, int outsidePpm, long us, int usPpm, int undisclosed = 0, int undated = 0) => new()
        {
            Measure = measure,
            Sides =
        {
            new SideFigure { SideId = "EU", Amount = Euro(eu), SharePpm = euPpm, TargetSharePpm = 500_000,
                DistanceToTargetPpm = euPpm - 500_000 },
            new SideFigure { SideId = "OUTSIDE", Amount = Euro(outside), SharePpm = outsidePpm },
            new SideFigure { SideId = "US", Amount = Euro(us), SharePpm = usPpm, TargetSharePpm = 500_000,
                DistanceToTargetPpm = usPpm - 500_000 },
        },
            Total = Euro(eu + outside + us),
            ProjectCount = 2,
            CommitmentCount = 5,
            UndisclosedCount = undisclosed,
            UndatedCount = undated,
        };

    public static ShareTable NothingToShare(Measure measure) => new()
    {
        Measure = measure,
        Sides =
        {
            new SideFigure { SideId = "EU", Amount = Euro(0), TargetSharePpm = 500_000 },
            new SideFigure { SideId = "OUTSIDE", Amount = Euro(0) },
            new SideFigure { SideId = "US", Amount = Euro(0), TargetSharePpm = 500_000 },
        },
        Total = Euro(0),
        NothingToShare = true,
    };

    public static PortfolioSummary Summary() => new()
    {
        Partnership = "partnerships/eu-us",
        AsOf = new PartialDate(2026, 3, 31).ToDate(),
        RateDate = new PartialDate(2026, 3, 31).ToDate(),
        ReportingCurrency = "EUR",
        Rates =
        {
            new RateUsed { CurrencyCode = "EUR", UnitsPerEuro = DecimalText.ToDecimal(1) },
            new RateUsed { CurrencyCode = "NOK", UnitsPerEuro = DecimalText.ToDecimal(11.25m), Date = new PartialDate(2026, 3, 5).ToDate(),
                AgeDays = 26 },
            new RateUsed { CurrencyCode = "USD", UnitsPerEuro = DecimalText.ToDecimal(1.105m), Date = new PartialDate(2026, 3, 31)
                .ToDate() },
        },
        AllProjects =
        {
            Shares(Measure.Pledged, 523_456_00, 523_456, 0, 0, 476_544_00, 476_544, undisclosed: 2, undated: 1),
            Shares(Measure.Committed, 100_00, 333_334, 100_00, 333_333, 100_00, 333_333),
            NothingToShare(Measure.Disbursed),
        },
        JointProjects = { NothingToShare(Measure.Pledged), NothingToShare(Measure.Committed), NothingToShare(Measure.Disbursed) },
        Instruments = { new InstrumentFigures { Instrument = Instrument.Equity,
            Measures = { Shares(Measure.Pledged, 523_456_00, 523_456, 0, 0, 476_544_00, 476_544, undisclosed: 2) } } },
        ContingentSupport =
        {
            new ContingentSupport { Instrument = Instrument.PriceFloor, Measure = Measure.Pledged, Total = Euro(0), CommitmentCount = 3,
                UndisclosedCount = 3 },
        },
        NonAdditive =
        {
            new NonAdditiveEntry
            {
                Commitment = "commitments/c1", Project = "projects/caremag", Investor = "investors/us-dfc", Instrument = Instrument.Loan,
                CountingBasis = CountingBasis.ConsortiumTotal, Amount = Euro(216_000_000_00),
            },
        },
        NonAdditiveCount = 1,
        ProjectCount = 3,
        Funnel =
        {
            new StageFigure
            {
                Stage = Stage.PreFeasibility, ProjectCount = 2, CapitalCost = Euro(1_000_000_00), UnknownCapitalCostCount = 1,
                Bands = new BandCounts { Amber = 1, Unknown = 1 },
            },
            new StageFigure { Stage = Stage.Unspecified, ProjectCount = 1, CapitalCost = Euro(0), UnknownCapitalCostCount = 1,
                Bands = new BandCounts { Red = 1 } },
        },
        CapitalCost = Euro(1_000_000_00),
        UnknownCapitalCostCount = 2,
        FundingGap = Euro(999_700_00),
        Health = new PortfolioHealth
        {
            Score = DecimalText.ToDecimal(61.5m),
            WeighedProjectCount = 1,
            Bands = new BandCounts { Amber = 1, Red = 1, Unknown = 1 },
            UnknownComponentCount = 9,
            Worst = { Entry() },
        },
        Freshness = { Fresh("investors", 528, 528, SourceState.Current), Silent() },
    };

    public static PipelineEntry Entry() => new()
    {
        Project = "projects/aclara-vinton",
        DisplayName = "Aclara heavy rare earth separation plant",
        Country = "US",
        Stage = Stage.PreFeasibility,
        Health = new Health
        {
            Score = DecimalText.ToDecimal(31.25m),
            Band = HealthBand.Red,
            Components =
            {
                new HealthComponent { Kind = HealthComponentKind.Funding, State = HealthComponentState.Scored,
                    Score = DecimalText.ToDecimal(25), Weight = 30, Reason = "25 of 100 million committed." },
                new HealthComponent { Kind = HealthComponentKind.Schedule, State = HealthComponentState.Scored,
                    Score = DecimalText.ToDecimal(40), Weight = 25, Reason = "First production slips by 14 months." },
                new HealthComponent { Kind = HealthComponentKind.Refining, State = HealthComponentState.NotApplicable, Weight = 15,
                    Reason = "It refines itself." },
            },
        },
        CapitalCost = Euro(277_000_000_00),
        Committed = Euro(5_250_000_00),
        FundingGap = Euro(271_750_000_00),
        Joint = true,
    };

    public static SourceFreshness Fresh(string source, long applied, long known, SourceState state) =>
        new() { Source = source, AppliedSequence = applied, LastKnownSequence = known, State = state };

    public static SourceFreshness Undelivered(SourceDelivery delivery) => new()
    {
        Source = "projects",
        State = SourceState.Current,
        Delivery = delivery,
        TimeSinceDelivery = Duration.FromTimeSpan(TimeSpan.FromSeconds(42)),
    };

    public static SourceFreshness Silent() => new()
    {
        Source = "refining",
        AppliedSequence = 71,
        LastKnownSequence = 71,
        State = SourceState.Silent,
        Staleness = Duration.FromTimeSpan(TimeSpan.FromSeconds(95)),
    };
}
