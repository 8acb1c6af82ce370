using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: a fast but wrong figure. A summary of today is updated incrementally and cached as bytes; one of a past day is computed in a
// scan. Over random histories each must equal, byte for byte, the answer of a read model that got the same changes and has no cache. To
// prove that this test can fail, one cell is falsified in each place where figures are stored.
public class FastPathTests
{
    private static readonly GetPortfolioSummary Feature = new(new());

    private static readonly Gen<(Change[] Changes, DateOnly Today, DateOnly HistoricalTotals, string Currency)> Questions =
        from changes in Histories.Of
        from told in Histories.Disordered(changes)
        from today in Histories.Day
        from past in Histories.Day
        from currency in Histories.Currency
        select (told, today, past, currency);

    [Fact]
    public void Each_summary_equals_the_recomputed_one() => Questions.Sample(
        question =>
        {
            var model = new PortfolioModel();
            for (var told = 1; told <= question.Changes.Length; told++)
            {
                model.Apply(question.Changes[told - 1]);
                var snapshot = model.Publish();
                // Days between make projects forget what is kept of today.
                for (var day = 0; day < 4; day++)
                    Answer(snapshot, question.Today, new PortfolioQuery { AsOf = Write.Date($"{question.HistoricalTotals.AddDays(day):yyyy-MM-dd}") });
                if (told % 4 > 0 && told < question.Changes.Length)
                    continue;
                var anew = Recompute.Snapshot(question.Changes[..told]);
                foreach (var query in QueriesOf(question.HistoricalTotals, question.Currency))
                    Assert.Equal(Answer(anew, question.Today, query), Answer(snapshot, question.Today, query));
            }
        },
        iter: 60);

    [Fact]
    public void A_scan_of_a_past_day_matches_the_incremental_totals() => Questions.Sample(
        question =>
        {
            var snapshot = Recompute.Snapshot(question.Changes);
            foreach (var query in QueriesOf(question.HistoricalTotals, question.Currency))
            {
                query.AsOf ??= Write.Date($"{question.Today:yyyy-MM-dd}");
                var asked = new DateOnly(query.AsOf!.Year, query.AsOf.Month, query.AsOf.Day);
                Assert.Equal(Answer(snapshot, asked, query), Answer(Recompute.Snapshot(question.Changes), asked.AddDays(1), query));
            }
        },
        iter: 60);

    [Fact]
    public void A_parallel_scan_of_many_projects_matches_the_incremental_totals()
    {
        var world = Building.World.Of().Investor("kfw", "DE").Investor("doe", "US");
        for (var number = 0; number < 1_100; number++)
        {
            var (project, commitment) = ($"p-{number}", $"c-{number * 7_919 % 1_100}");
            world.Project(project).Commitment(commitment, "kfw", project, $"{number + 1} EUR", pledged: "2024", signed: "2025")
                .Commitment($"{commitment}-not", "doe", project, "3 EUR", pledged: "2024", basis: Investors.V1.CountingBasis.Overlap);
            if (number % 3 == 0)
                world.Commitment($"{commitment}-too", "doe", project, "2 EUR", pledged: "2024", signed: "2025");
        }

        var query = new PortfolioQuery { AsOf = Write.Date("2025-06-01") };
        var today = new DateOnly(2025, 6, 1);
        Assert.Equal(Answer(Recompute.Snapshot(world.Changes), today, query), Answer(world.Snapshot(), today.AddDays(1), query));

        // Each processor takes out what projects were that have changed, and is left with less than nothing.
        foreach (var number in (int[])[5, 305, 605, 1_000])
            world.Commitment($"c-{number * 7_919 % 1_100}", "kfw", $"p-{number}", "1 EUR", pledged: "2024", signed: "2025");
        Assert.Equal(Answer(Recompute.Snapshot(world.Changes), today, query), Answer(world.Snapshot(), today.AddDays(1), query));
    }

    [Fact]
    public void The_list_of_non_additive_commitments_follows_each_change()
    {
        var world = Building.World.Of().Investor("kfw", "DE");
        for (var number = 0; number < 7; number++)
            world.Project($"p-{number}");
        for (var number = 100; number < 300; number++)
            NotAdditive($"c-{number}", $"p-{number % 7}", "7 EUR");
        AssertFollowed();
        // An amount of one of the first and of one behind them; new ones before, among and behind them.
        foreach (var (id, project) in ((string, string)[])[("c-150", "p-3"), ("c-250", "p-5"), ("a-new", "p-1"), ("c-1500", "p-2"), ("z-new", "p-4")])
        {
            NotAdditive(id, project, "8 EUR");
            AssertFollowed();
        }

        world.Commitment("c-151", "kfw", "p-4", "7 EUR", pledged: "2024");
        AssertFollowed();
        world.Commitment("c-152", "kfw", "p-5", "7 EUR", pledged: "2024", cancelled: "2025", basis: Investors.V1.CountingBasis.Overlap);
        AssertFollowed();
        world.Tell("investors", "investors/kfw", new Investors.V1.Investor { DisplayName = "Another name", Country = "DE" });
        AssertFollowed();

        void NotAdditive(string id, string project, string amount) =>
            world.Commitment(id, "kfw", project, amount, pledged: "2024", basis: Investors.V1.CountingBasis.Overlap);

        void AssertFollowed() =>
            Assert.Equal(Answer(Recompute.Snapshot(world.Changes), Building.World.Today, new()), Answer(world.Snapshot(), Building.World.Today, new()));
    }

    [Fact]
    public void A_prepared_answer_equals_the_message_byte_for_byte()
    {
        var snapshot = World().Snapshot();
        SourceFreshness[] freshness = [new() { Source = "projects", AppliedSequence = 7 }, new() { Source = "refining", AppliedSequence = 8 }];
        var expected = Feature.Answer(snapshot, new(), Building.World.Reader, Building.World.Today, freshness);
        var ready = Feature.Ready(snapshot, new(), Building.World.Reader, Building.World.Today);
        Assert.Equal(expected.ToByteArray(), SerializedAnswer.Of(ready, new(freshness, default)).ToBytes());
        Assert.Equal(new WatchPortfolioResponse { Summary = expected }.ToByteArray(), SerializedAnswer.ToWatcher(ready, new(freshness, default)).ToBytes());
    }

    [Fact]
    public void A_repeated_filter_is_answered_from_the_cache()
    {
        var snapshot = World().Snapshot();
        var filter = new PortfolioFilter { Projects = { "projects/mine" } };
        var first = Feature.Ready(snapshot, new() { Query = new() { Filter = filter } }, Building.World.Reader, Building.World.Today);
        Assert.Same(first, Feature.Ready(snapshot, new() { Query = new() { Filter = filter.Clone() } }, Building.World.Reader, Building.World.Today));
        filter.Projects[0] = "projects/smelter";
        Assert.False(first.HasEqualFigures(Feature.Ready(snapshot, new() { Query = new() { Filter = filter } }, Building.World.Reader, Building.World.Today)));
    }

    [Theory]
    [InlineData(1, 250)]
    [InlineData(2_500, 250)]
    [InlineData(5_000, 500)]
    [InlineData(100_000, 750)]
    public void Updates_are_less_frequent_with_many_watchers(int watchers, int interval_ms) =>
        Assert.Equal(interval_ms, WatchPortfolio.IntervalOf(watchers).TotalMilliseconds);

    [Fact]
    public void A_wrong_cell_in_a_projects_cached_figures_is_detected()
    {
        var world = World();
        FalsifyFigures(world.Snapshot());
        AssertFound(world, today: true);
    }

    [Fact]
    public void A_wrong_cell_in_the_incremental_totals_is_detected()
    {
        var world = World();
        Answer(world.Snapshot(), Building.World.Today, new());
        // What is taken out of the totals is not what was added.
        FalsifyFigures(world.Snapshot());
        AssertFound(world.Commitment("a", "kfw", "mine", "11 EUR", pledged: "2024", signed: "2025"), today: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wrong_amount_of_a_commitment_is_detected(bool today)
    {
        var world = World();
        var commitments = world.Snapshot().Projects[0].Commitments;
        commitments[0] = new CommitmentFacts
        {
            State = commitments[0].State,
            Amount = commitments[0].Amount + 1,
            Version = commitments[0].Version,
            Investor = commitments[0].Investor,
            PledgedFrom = commitments[0].PledgedFrom,
            CommittedFrom = commitments[0].CommittedFrom,
            CancelledFrom = commitments[0].CancelledFrom,
            AnnouncementYear = commitments[0].AnnouncementYear,
            Currency = commitments[0].Currency,
            Instrument = commitments[0].Instrument,
            IsAdditive = commitments[0].IsAdditive,
            IsConfidential = commitments[0].IsConfidential,
        };
        AssertFound(world, today);
    }

    private static World World() => Building.World.Of().Investor("kfw", "DE").Investor("doe", "US").Project("mine").Project("smelter")
        .Commitment("a", "kfw", "mine", "1 EUR", pledged: "2024", signed: "2025").Commitment("b", "doe", "mine", "2 EUR", pledged: "2024", signed: "2025")
        .Commitment("c", "doe", "smelter", "3 EUR", pledged: "2024", signed: "2025", basis: Investors.V1.CountingBasis.Overlap);

    private static void FalsifyFigures(PortfolioSnapshot snapshot)
    {
        var figures = snapshot.Find("projects/mine")!.FiguresAt(snapshot.Partnerships[0], Building.World.Today.DayNumber);
        ref var cell = ref MemoryMarshal.GetReference(figures.Cells(1));
        cell = cell with { MinorUnits = cell.MinorUnits + 1 };
    }

    /// <summary>The comparison of these tests must fail.</summary>
    private static void AssertFound(World world, bool today)
    {
        var query = new PortfolioQuery { AsOf = today ? null : Write.Date("2025-06-01") };
        Assert.NotEqual(Answer(Recompute.Snapshot(world.Changes), Building.World.Today, query), Answer(world.Snapshot(), Building.World.Today, query));
    }

    private static IEnumerable<PortfolioQuery> QueriesOf(DateOnly past, string currency) =>
    [
        new(),
        new() { ReportingCurrency = currency },
        new() { AsOf = Write.Date($"{past:yyyy-MM-dd}"), ReportingCurrency = currency },
        new() { Filter = new() { Investors = { "investors/i0", "investors/i1" } } },
        new() { AsOf = Write.Date($"{past:yyyy-MM-dd}"), Filter = new() { Minerals = { "lithium" }, Investors = { "investors/i1" } } },
    ];

    /// <summary>The bytes of the answer for each partnership, or the words of the refusal.</summary>
    private static string Answer(PortfolioSnapshot snapshot, DateOnly today, PortfolioQuery query)
    {
        var answers = snapshot.Partnerships.Select(view => view.Partnership.Name).DefaultIfEmpty("").Select(partnership =>
        {
            var ofPartnership = query.Clone();
            ofPartnership.Partnership = partnership;
            try
            {
                return Convert.ToHexString(Feature.Answer(snapshot, new() { Query = ofPartnership }, Building.World.Reader, today, []).ToByteArray());
            }
            catch (RefusedException refused)
            {
                return refused.Message;
            }
        });
        return string.Join('\n', answers);
    }
}
