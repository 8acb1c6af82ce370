using Mining.Cli.Tests.Fakes;
using Mining.Cli.Verify;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;

namespace Mining.Cli.Tests;

// At stake: `verify` is the judge of the gateway, so it must be right by itself. These tables were worked out by hand from the rules:
// money is split by largest remainder, summed exactly for each currency, converted, and rounded half-even once.
public sealed class NaiveSharesTests
{
    private readonly FakeMesh mesh = new();

    public NaiveSharesTests()
    {
        mesh.Put("investors", mesh.Partnerships, "partnerships/eu-us", Examples.Partnership());
        Investor("de", "DE");
        Investor("us", "US");
        Investor("jp", "JP");
        foreach (var id in new[] { "a", "b" })
            mesh.Put(
                "projects", mesh.Projects, $"projects/{id}",
                new Project { Name = $"projects/{id}", Country = "FI", Kinds = { ProjectKind.Mining } });
    }

    [Fact]
    public void Owners_are_looked_through_and_left_over_units_go_to_the_largest_remainder_then_to_the_smaller_side()
    {
        Investor(
            "mixed", "JP", new BeneficialOwner { Country = "FR", SharePpm = 333_333 },
            new BeneficialOwner { Country = "US", SharePpm = 333_333 });
        Commit("c1", "mixed", "a", 100_01);

        // 10 001 × 0.333333 = 3 333.66 for EU and US, 10 001 × 0.333334 = 3 333.67 outside: two units are left over.
        // Of the million, 333 366.66 go to each 33.34 and 333 266.67 to 33.33: two parts are left over, for the US and then for the smaller
        // id.
        Assert.Equal(["EU 33.34 333367", "OUTSIDE 33.34 333366", "US 33.33 333267"], Figures(Measure.Pledged));
    }

    [Fact]
    public void Equal_cells_share_the_last_part_per_million_by_id()
    {
        Commit("c1", "de", "a", 1);
        Commit("c2", "us", "a", 1);
        Commit("c3", "jp", "a", 1);

        Assert.Equal(["EU 0.01 333334", "OUTSIDE 0.01 333333", "US 0.01 333333"], Figures(Measure.Pledged));
    }

    [Theory]
    [InlineData(3, 2, "0.04")] // 0.06 ÷ 1.6 = 0.0375; each by itself would be 0.0125, and 0.03 in all
    [InlineData(1, 4, "0.02")] // 0.025: half to even
    [InlineData(1, 12, "0.08")] // 0.075: half to even
    public void A_cell_is_summed_first_then_converted_and_rounded_once(int commitments, long minorUnits, string euro)
    {
        Rates(2026, 1, 31, ("USD", "1.6"));
        for (var i = 0; i < commitments; i++)
            Commit($"c{i}", "us", "a", minorUnits, "USD");

        Assert.StartsWith($"US {euro} ", Figures(Measure.Pledged)[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_latest_rate_on_or_before_the_rate_date_counts_for_each_currency()
    {
        Rates(2026, 1, 31, ("USD", "2"), ("NOK", "10"));
        Rates(2026, 2, 28, ("USD", "4"));
        Rates(2026, 4, 1, ("USD", "8"), ("NOK", "20"));
        Commit("c1", "us", "a", 100_00, "USD");
        Commit("c2", "us", "a", 100_00, "NOK");

        // 100 ÷ 4 + 100 ÷ 10
        Assert.Equal("US 35.00 1000000", Figures(Measure.Pledged)[2]);
        // 100 × 10 ÷ 4 + 100
        Assert.Equal("US 350.00 1000000", Figures(Measure.Pledged, currency: "NOK")[2]);
    }

    [Fact]
    public void A_currency_without_a_rate_is_said_and_not_guessed()
    {
        Commit("c1", "us", "a", 1, "PLN");

        Assert.Contains(
            "no rate of PLN", Assert.Throws<DifferenceException>(() => Figures(Measure.Pledged)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-08-31", "none", "none", "none")]
    [InlineData("2025-09-01", "100.00", "none", "none")] // announced in 2025-09: from its first day
    [InlineData("2025-10-15", "100.00", "100.00", "none")]
    [InlineData("2025-11-01", "100.00", "100.00", "40.00")]
    [InlineData("2025-12-01", "150.00", "150.00", "40.00")] // the amount was raised
    [InlineData("2026-02-01", "40.00", "40.00", "40.00")] // cancelled: what was paid stays, in all measures
    public void A_commitment_counts_at_a_date_as_it_was_then(string asOf, string pledged, string committed, string disbursed)
    {
        Put(new Commitment
        {
            Name = "commitments/c1",
            Investor = "investors/de",
            Project = "projects/a",
            Instrument = Instrument.Loan,
            CurrencyCode = "EUR",
            Amount = Examples.Euro(150_00),
            AmountHistory = { new DatedAmount { Amount = Examples.Euro(100_00) },
                new DatedAmount { Amount = Examples.Euro(150_00), EffectiveDate = Date("2025-12") } },
            AnnouncementDate = Date("2025-09"),
            Signing = new Signing { Date = Date("2025-10-15") },
            Disbursements = { new Disbursement { Amount = Examples.Euro(40_00), Date = Date("2025-11") } },
            Cancellation = new Cancellation { Date = Date("2026-02-01") },
        });

        string Amount(Measure measure) => Naive(asOf).Table(measure, Naive(asOf).Sharing(measure, false)) is { Commitments: 1 } table
            ? new Amount((long)table.Total, "EUR").ToString()[..^4]
            : "none";
        Assert.Equal((pledged, committed, disbursed), (Amount(Measure.Pledged), Amount(Measure.Committed), Amount(Measure.Disbursed)));
    }

    [Fact]
    public void What_is_undisclosed_or_undated_is_counted_and_never_zero()
    {
        Commit("c1", "de", "a", null);
        Commit("c2", "de", "b", 5_00, date: "2025");
        Commit("c3", "us", "b", null);

        var table = Naive().Table(Measure.Pledged, Naive().Sharing(Measure.Pledged, false));

        Assert.Equal((500m, 2, 3, 2, 2), (table.Total, table.Projects, table.Commitments, table.Undisclosed, table.Undated));
    }

    [Fact]
    public void Only_additive_funded_commitments_enter_a_share()
    {
        Commit("c1", "de", "a", 1_00);
        Commit("c2", "us", "a", 1_00, basis: CountingBasis.ConsortiumTotal);
        Commit("c3", "us", "a", 1_00, instrument: Instrument.Guarantee);

        Assert.Equal(["EU 1.00 1000000", "OUTSIDE 0.00 0", "US 0.00 0"], Figures(Measure.Pledged));
        Assert.Equal(["commitments/c2"], Naive().NonAdditive());
        Assert.Equal(100, Naive().Table(Measure.Pledged, [.. Naive().Counting(Measure.Pledged, Instrument.Guarantee)]).Total);
    }

    [Fact]
    public void A_project_is_joint_when_two_sides_have_money_of_the_same_measure_in_it()
    {
        Commit("c1", "de", "a", 1_00, signed: true);
        Commit("c2", "us", "a", 1_00);
        Commit("c3", "de", "b", 1_00);
        Commit("c4", "jp", "b", 1_00); // outside is no side
        Commit("c5", "us", "b", null); // undisclosed is no money

        Assert.Equal(
            ["commitments/c1", "commitments/c2"], Naive().Sharing(Measure.Pledged, jointOnly: true).Select(commitment => commitment.Name));
        Assert.Empty(Naive().Sharing(Measure.Committed, jointOnly: true));
        Assert.All(Naive().Table(Measure.Committed, []).Sides, side => Assert.Null(side.SharePpm));
    }

    [Fact]
    public void Groups_have_the_keys_of_the_API()
    {
        mesh.Put("projects", mesh.Projects, "projects/a", new Project
        {
            Name = "projects/a",
            Country = "FI",
            Kinds = { ProjectKind.Mining, ProjectKind.Refining },
            Minerals = { "cobalt", "nickel" },
            StageHistory = { new StageChange { Stage = Stage.Feasibility },
                new StageChange { Stage = Stage.Construction, EffectiveDate = Date("2026-06") } },
        });
        Commit("c1", "de", "a", 1_00, date: "2025-03");
        Commit("c2", "us", "b", 1_00);
        var groups = new NaiveGroups(World(), Day("2026-03-31"));
        var set = Naive().Sharing(Measure.Pledged, jointOnly: false);

        string Keys(CoInvestmentGrouping grouping) => string.Join(' ', groups.Of(grouping, set).Keys);
        Assert.Equal("projects/a projects/b", Keys(CoInvestmentGrouping.Project));
        Assert.Equal("cobalt nickel unknown", Keys(CoInvestmentGrouping.Mineral));
        Assert.Equal("FI", Keys(CoInvestmentGrouping.Country));
        Assert.Equal("STAGE_FEASIBILITY unknown", Keys(CoInvestmentGrouping.Stage));
        Assert.Equal("INSTRUMENT_EQUITY", Keys(CoInvestmentGrouping.Instrument));
        Assert.Equal("investors/de investors/us", Keys(CoInvestmentGrouping.Investor));
        Assert.Equal("2025 undated", Keys(CoInvestmentGrouping.Year));
        Assert.Equal("PROJECT_KIND_MINING PROJECT_KIND_REFINING", Keys(CoInvestmentGrouping.Kind));
    }

    private List<string> Figures(Measure measure, string currency = "EUR")
    {
        var naive = Naive(currency: currency);
        return [
            .. naive.Table(measure, naive.Sharing(measure, false))
            .Sides.Select(side => $"{side.SideId} {new Amount(side.MinorUnits, currency).ToString()[..^4]} {side.SharePpm}")];
    }

    private NaiveShares Naive(string asOf = "2026-03-31", string currency = "EUR") =>
        new(World(), mesh.Partnerships.Values.Single(), Day(asOf), Day(asOf), currency);

    private World World()
    {
        var world = new World();
        foreach (var change in mesh.Log("projects").Concat(mesh.Log("investors")))
            world.Apply(change);
        return world;
    }

    private void Investor(string id, string country, params BeneficialOwner[] owners) => mesh.Put(
        "investors", mesh.Investors, $"investors/{id}",
        new Investor { Name = $"investors/{id}", Country = country, BeneficialOwners = { owners } });

    private void Commit(
        string id, string investor, string project, long? minorUnits, string currency = "EUR", string? date = null, bool signed = false,
        CountingBasis basis = CountingBasis.Additive, Instrument instrument = Instrument.Equity) => Put(new Commitment
        {
            Name = $"commitments/{id}",
            Investor = $"investors/{investor}",
            Project = $"projects/{project}",
            Instrument = instrument,
            CurrencyCode = currency,
            Amount = minorUnits is { } amount ? new Amount(amount, currency).ToMoney() : null,
            CountingBasis = basis,
            AnnouncementDate = date is null ? null : Date(date),
            Signing = signed ? new Signing() : null,
        });

    private void Put(Commitment commitment) => mesh.Put("investors", mesh.Commitments, commitment.Name, commitment);

    private void Rates(int year, int month, int day, params (string Currency, string UnitsPerEuro)[] rates)
    {
        var name = FormattableString.Invariant($"exchangeRateTables/{year}-{month:00}-{day:00}");
        mesh.Put("investors", mesh.RateTables, name, new ExchangeRateTable
        {
            Name = name,
            Date = new PartialDate(year, month, day).ToDate(),
            Rates = { rates.Select(
                rate =>
                new ExchangeRate { CurrencyCode = rate.Currency, UnitsPerEuro = new Google.Type.Decimal { Value = rate.UnitsPerEuro } }) },
        });
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static Google.Type.Date Date(string text) =>
        PartialDate.TryParse(text, out var date, out var problem) ? date.ToDate() : throw new ArgumentException(problem, nameof(text));
}
