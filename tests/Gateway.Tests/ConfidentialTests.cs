// At stake: one side's confidential commitment must not show in any answer to the other side. Two portfolios that differ only in what is
// hidden from a caller must give that caller the same answers, byte for byte: then no sequence of queries helps.
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Portfolio.V1;
using Mining.Simulation.Model;
using Xunit;

namespace Mining.Gateway.Tests;

public sealed class ConfidentialTests
{
    private static readonly Caller NoSide = new("eu:board") { Roles = Roles.Board };
    private static readonly Caller European = new("eu:officer") { Roles = Roles.Officer, Sides = ["EU"] };
    private static readonly Caller American = new("us:officer") { Roles = Roles.Officer, Sides = ["US"] };
    private static readonly Caller OperatorOfEurope = new("eu:operator") { Roles = Roles.Operator, Sides = ["EU"] };

    private static readonly Gen<(Change[] Changes, bool[] Confidential, PortfolioFilter[] Filters, DateOnly[] Days)> Worlds =
        from changes in Histories.Of
        from confidential in Gen.Bool.Array[30]
        from filters in Histories.Filter.Array[2]
        from days in Histories.Day.Array[2]
        select (changes, confidential, filters, days);

    [Fact]
    public void A_hidden_commitment_affects_no_answer()
    {
        var hiddenInAll = 0;
        Worlds.Sample(
            world =>
            {
                Change[] changes = [.. world.Changes.Select(change => Marked(change, world.Confidential)), .. PublishedTotals()];
                var whole = Recompute.Snapshot(changes);
                foreach (var caller in (Caller[])[NoSide, American, European, OperatorOfEurope])
                {
                    var hidden = HiddenFrom(caller, changes);
                    Interlocked.Add(ref hiddenInAll, hidden.Count);
                    var without = Recompute.Snapshot(changes.Where(change => !hidden.Contains(change.Resource)));
                    foreach (var (filter, day) in world.Filters.Zip(world.Days))
                    {
                        var query = new PortfolioQuery { AsOf = Write.Date($"{day:yyyy-MM-dd}"), Filter = filter };
                        Assert.Equal(Answers.To(caller, without, query, day), Answers.To(caller, whole, query, day));
                    }
                }
            },
            iter: 60);
        Assert.True(hiddenInAll > 500, $"Only {hiddenInAll} commitments were hidden from anybody.");
    }

    [Fact]
    public void Its_own_side_and_auditors_see_everything_and_the_answer_says_so()
    {
        var world = Two();
        foreach (var caller in (Caller[])[World.Reader, European])
        {
            world.As = caller;
            Assert.Equal("EU 100.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares().Amounts());
            Assert.Equal(2, world.Dossier("mine").CapitalStack.Count);
            Assert.True(world.Summary().ConfidentialWithheld == (caller == European));
        }
    }

    [Fact]
    public void Other_callers_see_nothing_of_it_and_the_answer_says_that_data_may_be_missing()
    {
        var world = Two();
        foreach (var caller in (Caller[])[American, NoSide, OperatorOfEurope])
        {
            world.As = caller;
            Assert.Equal("EU 0.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares().Amounts());
            Assert.Equal("commitments/open", Assert.Single(world.Dossier("mine").CapitalStack).Commitment.Name);
            Assert.True(world.Summary().ConfidentialWithheld);
            Assert.True(world.Dossier("mine").ConfidentialWithheld);
            Assert.True(world.Pipeline().ConfidentialWithheld);
            Assert.True(world.CoInvestments(CoInvestmentGrouping.Project).ConfidentialWithheld);
        }
    }

    [Fact]
    public void The_notice_of_missing_data_does_not_depend_on_whether_data_is_missing()
    {
        var world = World.Of().Investor("doe", "US").Project("mine").Commitment("open", "doe", "mine", "50 EUR", signed: "2025");
        world.As = American;
        Assert.True(world.Summary().ConfidentialWithheld);
        world.As = new Caller("both") { Roles = Roles.Officer, Sides = ["EU", "US"] };
        Assert.True(world.Summary().ConfidentialWithheld);
        world.As = World.Reader;
        Assert.False(world.Summary().ConfidentialWithheld);
    }

    [Fact]
    public void Only_auditors_see_a_commitment_that_no_longer_belongs_to_a_side()
    {
        var world = Two().Investor("kfw", "JP");
        foreach (var caller in (Caller[])[European, American, new("both") { Roles = Roles.Officer, Sides = ["EU", "US", "OUTSIDE"] }])
        {
            world.As = caller;
            Assert.Equal("EU 0.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares().Amounts());
        }

        world.As = World.Reader;
        Assert.Equal("EU 0.00 EUR, OUTSIDE 100.00 EUR, US 50.00 EUR", world.Shares().Amounts());
    }

    [Fact]
    public void A_published_total_counts_for_callers_who_cannot_see_its_commitments()
    {
        var world = Two().Rates("2020-01-02", ("USD", "2"));
        foreach (var change in PublishedTotals())
            world.Tell(change.Source, change.Resource, change.State.Unpack<ConfidentialTotals>());
        world.As = American;
        var summary = world.Summary();
        // 300 EUR and 200 USD of European loans, at 2 dollars for a euro.
        Assert.Equal("EU 400.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", summary.AllProjects[1].Amounts());
        Assert.Equal((7, 1), (summary.AllProjects[1].CommitmentCount, summary.AllProjects[1].ProjectCount));
        Assert.Equal("EU 0.00 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR", summary.JointProjects[1].Amounts());
        Assert.Equal(2, summary.ConfidentialTotals.Count);
        var loans = world.CoInvestments(CoInvestmentGrouping.Instrument);
        Assert.Equal("EU 400.00 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR", loans.Rows.Single(row => row.Key == "INSTRUMENT_LOAN").Figures.Amounts());
        Assert.Equal(summary.AllProjects[1], loans.Total);
        Assert.Equal("EU 400.00 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR", world.Shares(query: query => query.Filter = new() { Instruments = { Instrument.Loan } }).Amounts());

        // By anything else than the instrument a total cannot be divided.
        Assert.Equal("EU 0.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares(query: query => query.Filter = new() { Projects = { "projects/mine" } }).Amounts());
        Assert.Empty(world.Summary(query: query => query.Filter = new() { Projects = { "projects/mine" } }).ConfidentialTotals);
        Assert.Empty(world.CoInvestments(CoInvestmentGrouping.Country).ConfidentialTotals);

        // Its own side has the commitments themselves.
        world.As = European;
        Assert.Equal("EU 100.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares().Amounts());
        Assert.Empty(world.Summary().ConfidentialTotals);
    }

    [Fact]
    public void A_report_counts_the_totals_published_up_to_its_date()
    {
        var world = Two().Rates("2020-01-02", ("USD", "2"));
        foreach (var change in PublishedTotals())
            world.Tell(change.Source, change.Resource, change.State.Unpack<ConfidentialTotals>());
        world.As = NoSide;
        Assert.Equal("EU 0.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares(asOf: "2025-02-28").Amounts());
        Assert.Equal("EU 150.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares(asOf: "2025-03-01").Amounts());
        Assert.Equal("EU 150.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares(asOf: "2025-05-31").Amounts());
        Assert.Equal("EU 400.00 EUR, OUTSIDE 0.00 EUR, US 50.00 EUR", world.Shares(asOf: "2025-06-01").Amounts());
    }

    /// <summary>A European confidential commitment and an American open one.</summary>
    private static World Two() => World.Of().Investor("kfw", "DE").Investor("doe", "US").Project("mine")
        .Commitment("secret", "kfw", "mine", "100 EUR", signed: "2025", confidential: true)
        .Commitment("open", "doe", "mine", "50 EUR", signed: "2025");

    internal static IEnumerable<Change> PublishedTotals()
    {
        yield return Tell("2025-03-01", Loans("150 EUR", 3));
        yield return Tell("2025-06-01", Loans("300 EUR", 3), Loans("200 USD", 3));

        static ConfidentialTotal Loans(string amount, int count) => new()
        {
            OwnerSides = { "EU" },
            SideId = "EU",
            Instrument = Instrument.Loan,
            Pledged = Write.Money(amount),
            Committed = Write.Money(amount),
            Disbursed = Write.Money($"0 {amount.Split(' ')[1]}"),
            PledgedCount = count,
            CommittedCount = count,
        };

        static Change Tell(string date, params ConfidentialTotal[] totals)
        {
            var name = $"confidentialTotals/eu-us.{date}";
            return new Change
            {
                Source = "investors",
                LogId = "investors",
                Resource = name,
                Version = 1,
                State = Any.Pack(new ConfidentialTotals { Name = name, Partnership = "partnerships/eu-us", Date = Write.Date(date), Totals = { totals } }),
            };
        }
    }

    /// <summary>The change, confidential if its commitment is to be.</summary>
    internal static Change Marked(Change change, bool[] confidential)
    {
        if (!change.State.TryUnpack<Commitment>(out var commitment))
            return change;
        commitment.Confidential = confidential[int.Parse(commitment.Name["commitments/c".Length..], System.Globalization.CultureInfo.InvariantCulture)];
        var marked = change.Clone();
        marked.State = Any.Pack(commitment);
        return marked;
    }

    /// <summary>Worked out from the changes alone: what the latest investor and the latest partnership say.</summary>
    private static HashSet<string> HiddenFrom(Caller caller, Change[] changes)
    {
        var latest = MeshModel.Of(changes).All;
        var partnership = latest.OfType<Partnership>().Single();
        var investors = latest.OfType<Investor>().ToDictionary(investor => investor.Name);
        var sees = caller.Roles == Roles.Operator ? [] : caller.Sides;
        return
        [
            .. from commitment in latest.OfType<Commitment>()
               where commitment.Confidential
               let seat = investors.GetValueOrDefault(commitment.Investor)?.Country ?? ""
               where !partnership.Sides.Any(side => sees.Contains(side.SideId) && side.Countries.Contains(seat))
               select commitment.Name,
        ];
    }
}
