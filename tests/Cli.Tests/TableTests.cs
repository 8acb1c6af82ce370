using Mining.Cli.Views;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;
using Mining.Refining.V1;

namespace Mining.Cli.Tests;

// At stake: a board reads these tables. Each is compared as a whole, as it appears in a file or a mail. Undisclosed, non-additive and
// outdated data, and shares that cannot be computed, must be marked, within 100 columns.
public sealed class TableTests
{
    [Fact]
    public void A_summary_shows_everything_a_board_needs()
    {
        Same("summary", console => SummaryView.Write(console, Examples.Summary()));
    }

    [Fact]
    public void A_summary_can_list_the_non_additive_commitments()
    {
        Same("non-additive", console => SummaryView.Write(console, Examples.Summary(), Measure.Committed, listNonAdditive: true));
    }

    [Fact]
    public void Shares_by_group_show_the_distance_to_target_and_end_with_the_total()
    {
        var rows = new[]
        {
            new CoInvestmentRow { Key = "projects/caremag",
                Figures = Examples.Shares(Measure.Committed, 523_456_00, 523_456, 0, 0, 476_544_00, 476_544, undisclosed: 2) },
            new CoInvestmentRow { Key = "projects/vinton", Figures = Examples.NothingToShare(Measure.Committed) },
        };
        var last = new ListCoInvestmentsResponse { Total = rows[0].Figures };
        Same("shares", console => CoInvestmentView.Write(console, CoInvestmentGrouping.Project, rows, last, withAmounts: false));
    }

    [Fact]
    public void Overlapping_rows_have_no_total_and_say_why()
    {
        var rows = new[] { new CoInvestmentRow { Key = "PROJECT_KIND_MINING",
            Figures = Examples.Shares(Measure.Committed, 1, 500_000, 0, 0, 1, 500_000) } };
        Same(
            "shares-overlapping", console =>
            CoInvestmentView.Write(
            console, CoInvestmentGrouping.Kind, rows, new ListCoInvestmentsResponse { Overlapping = true }, withAmounts: true));
    }

    [Fact]
    public void A_sentence_is_never_broken_inside_a_number()
    {
        Assert.Equal(
            ["to be raised", "16 640 514 978.04", "EUR of 2 000"], Tables.Lines("to be raised 16 640 514 978.04 EUR of 2 000", 20));
        Assert.Equal(["1 projects", "of 3"], Tables.Lines("1 projects of 3", 10));
    }

    [Fact]
    public void An_empty_result_is_stated_in_words() => Same(
        "nothing",
        console => CoInvestmentView.Write(console, CoInvestmentGrouping.Project, [], new ListCoInvestmentsResponse(), withAmounts: false));

    [Fact]
    public void A_pipeline_is_labelled_as_showing_millions() => Same(
        "pipeline",
        console =>
            PipelineView.WriteList(
            console,
            [Examples.Entry(),
            new PipelineEntry { Project = "projects/b", Country = "FI", Health = new Health { Band = HealthBand.Unknown } }]));

    [Fact]
    public void A_dossier_explains_every_figure() => Same(
        "dossier",
        console => DossierView.Write(console, Dossier()));

    [Fact]
    public void Lists_of_investors_and_facilities_show_owners_and_capacity() => Same(
        "lists",
        console =>
        {
            ListViews.Write(console,
            [
                new Investor { Name = "investors/ae", DisplayName = "AE Elemental", Country = "PL", Kind = InvestorKind.Company,
                    BeneficialOwners = { new BeneficialOwner { Country = "US", SharePpm = 400_000 } } },
                new Investor { Name = "investors/us-exim", DisplayName = "Export-Import Bank", Country = "US",
                    Kind = InvestorKind.ExportCreditAgency },
            ]);
            ListViews.Write(console,
            [
                new Facility
                {
                    Name = "facilities/f", Country = "FI", Status = FacilityStatus.Operating, InServiceDate = new PartialDate(1968, 0, 0)
                        .ToDate(),
                    Capacities =
                    {
                        new Capacity { Mineral = "cobalt", Product = "metal", TonnesPerYear = DecimalText.ToDecimal(15_000m) },
                        new Capacity { Mineral = "cobalt", Product = "metal", TonnesPerYear = DecimalText.ToDecimal(18_000.5m),
                            FromYear = 2027 },
                    },
                },
                new Facility { Name = "facilities/g", Country = "US" },
            ]);
        });

    private static ProjectDossier Dossier() => new()
    {
        Project = new Project
        {
            Name = "projects/aclara-vinton",
            DisplayName = "Aclara separation plant",
            Operator = "Aclara Resources",
            Country = "US",
            Stage = Stage.Feasibility,
            Kinds = { ProjectKind.Refining },
            Minerals = { "rare-earths" },
            CapitalCost = new Amount(277_000_000_00, "USD").ToMoney(),
            PlannedFirstProduction = new PartialDate(2028, 0, 0).ToDate(),
            BaselineFirstProduction = new PartialDate(2027, 0, 0).ToDate(),
            StageHistory = { new StageChange { Stage = Stage.Feasibility, EffectiveDate = new PartialDate(2026, 1, 0).ToDate() } },
            Outputs = { new Output { Mineral = "rare-earths", Product = "oxides", TonnesPerYear = DecimalText.ToDecimal(1_630m),
                Basis = "nameplate" } },
            Milestones = { new Milestone { DisplayName = "First ore", BaselineDate = new PartialDate(2027, 6, 1).ToDate(),
                ForecastDate = new PartialDate(2028, 1, 0).ToDate() } },
            Permits = { new Permit { DisplayName = "Air", Activity = PermitActivity.Processing,
                ApplicationDate = new PartialDate(2025, 0, 0).ToDate(), StatutoryLimitMonths = 15 } },
            Sources = { new Source { Citation = "A page", Confidence = Confidence.StoredSource } },
        },
        AsOf = new PartialDate(2026, 3, 31).ToDate(),
        ReportingCurrency = "EUR",
        Shares = { Examples.Shares(Measure.Pledged, 100_00, 333_334, 100_00, 333_333, 100_00, 333_333) },
        CapitalStack =
        {
            new CapitalStackEntry
            {
                Commitment = new Commitment { Name = "commitments/c1", Instrument = Instrument.Equity, Amount = Examples.Euro(300_00),
                    AnnouncementDate = new PartialDate(2025, 9, 0).ToDate() },
                InvestorDisplayName = "Vacuumschmelze", Measure = Measure.Committed, EntersShares = true,
                Attribution = { new SideAmount { SideId = "EU", Amount = Examples.Euro(200_00) },
                    new SideAmount { SideId = "US", Amount = Examples.Euro(100_00) } },
            },
            new CapitalStackEntry
            {
                Commitment = new Commitment { Name = "commitments/c2", Instrument = Instrument.Offtake },
                InvestorDisplayName = "investors/vac", Measure = Measure.Pledged,
                Reason = "Offtakes are contingent.",
            },
        },
        Pipeline = Examples.Entry(),
        Reservations = { new Reservation { Name = "reservations/r1", Facility = "facilities/f", Mineral = "rare-earths",
            TonnesPerYear = DecimalText.ToDecimal(800m), FromYear = 2028, ToYear = 2037 } },
        RefiningCover = { new RefiningCover { Mineral = "rare-earths", Year = 2029, PlannedTonnes = DecimalText.ToDecimal(1_630m),
            ReservedPartnerTonnes = DecimalText.ToDecimal(800m), ReservedOutsideTonnes = DecimalText.ToDecimal(0m) } },
        Revisions = { new Revision { Version = 1, Method = "CreateProject", Actor = "import",
            CommitTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(CommandRun.Now) } },
        Freshness = { Examples.Fresh("projects", 140, 141, SourceState.CatchingUp) },
    };

    [Fact]
    public void A_source_without_broker_deliveries_is_named_even_when_its_data_is_current()
    {
        var output = new StringWriter { NewLine = "\n" };
        Freshness.Write(Terminal.Create(output), [Examples.Undelivered(SourceDelivery.FeedOnly), Examples.Fresh("investors", 5, 5, SourceState.Current)]);
        Assert.Equal(
            "Data: projects up to change 0, investors up to change 5; all current.\n"
            + "  projects arrives by its feed only, seconds late: no delivery by the broker for 42.0 s.\n",
            output.ToString());
    }

    /// <summary>Compares the output with a file in <c>Snapshots/</c>; trailing blanks and empty lines are ignored.</summary>
    private static void Same(string snapshot, Action<Spectre.Console.IAnsiConsole> write)
    {
        var output = new StringWriter { NewLine = "\n" };
        write(Terminal.Create(output));
        var lines = output.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Snapshots", $"{snapshot}.txt"));
        Assert.Equal(expected, string.Join('\n', lines) + "\n");
    }
}
