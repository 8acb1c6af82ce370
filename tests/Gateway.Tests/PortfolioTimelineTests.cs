using System.Runtime.CompilerServices;
using CsCheck;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: every figure over all projects on a past day. The portfolio's timeline is a third representation of the commitments: a project
// moves within it when it becomes joint, and it is reused while projects change. Over random histories it must agree with the commitments
// on each day, to the last unit. To prove that this test can fail, each kind of stored value is falsified. FastPathTests checks it after
// every change.
public class PortfolioTimelineTests
{
    private static readonly GetPortfolioSummary Feature = new(new());
    private static readonly DateOnly HistoricalTotals = new(2025, 6, 1);
    private static readonly string[] Kept = ["value", "day", "commitment that is not additive"];

    public static TheoryData<string> CachedState => [.. Kept];

    [Fact]
    public void The_portfolio_timeline_matches_the_commitments_on_each_day() => Gen.Select(Histories.Of, Histories.Day.Array[20]).Sample(
        (changes, days) =>
        {
            var snapshot = Recompute.Snapshot(changes);
            foreach (var view in snapshot.Partnerships)
                Assert.All([.. days, DateOnly.MinValue, DateOnly.MaxValue], day => AssertSame(snapshot, view, day.DayNumber));
        },
        iter: 200);

    [Fact]
    public void Sums_beyond_64_bits_are_kept_whole()
    {
        var world = World.Of().Investor("kfw", "DE");
        foreach (var number in Enumerable.Range(1, 3))
            world.Project($"p-{number}").Commitment($"c-{number}", "kfw", $"p-{number}", "92233720368547758.07 EUR", pledged: $"202{number}");
        foreach (var year in Enumerable.Range(2020, 6))
            AssertSame(world.Snapshot(), world.Snapshot().Partnerships[0], new DateOnly(year, 6, 1).DayNumber);
        Assert.Contains($"{3 * (Int128)long.MaxValue}", FromTimeline(world.Snapshot(), world.Snapshot().Partnerships[0], HistoricalTotals.DayNumber), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(CachedState))]
    public void An_error_in_the_portfolio_timeline_is_detected(string what)
    {
        var world = FourProjects();
        Assert.Equal(Answer(Recompute.Snapshot(world.Changes)), Answer(world.Snapshot()));
        Falsify(TimelineIn(world.Snapshot())!, what);
        world.Project("mine", project => project.Operator = "Another one");
        Assert.NotEqual(Answer(Recompute.Snapshot(world.Changes)), Answer(world.Snapshot()));
    }

    [Fact]
    public void Removing_a_project_that_was_never_added_is_detected()
    {
        var world = FourProjects();
        Assert.Equal(Answer(Recompute.Snapshot(world.Changes)), Answer(world.Snapshot()));
        SumsOf(world.Snapshot().Find("projects/mine")!.TimelineIn(world.Snapshot().Partnerships[0]))[0]++;
        world.Commitment("a", "kfw", "mine", "5 EUR", pledged: "2024");
        Assert.NotEqual(Answer(Recompute.Snapshot(world.Changes)), Answer(world.Snapshot()));
    }

    [Fact]
    public void A_timeline_is_reused_until_updating_it_costs_as_much_as_rebuilding_it()
    {
        var world = FourProjects();
        var first = TimelineIn(world.Snapshot());
        Assert.Same(first, TimelineIn(world.Commitment("a", "kfw", "mine", "5 EUR", pledged: "2024").Snapshot()));
        world.Commitment("c", "kfw", "plant", "5 EUR", pledged: "2024").Commitment("d", "kfw", "works", "5 EUR", pledged: "2024");
        Assert.Null(TimelineIn(world.Snapshot()));
        for (var asked = 0; asked < 50; asked++)
            TimelineIn(world.Snapshot());
        Assert.NotNull(TimelineIn(world.Snapshot()));
        Assert.NotSame(first, TimelineIn(world.Snapshot()));
        // Another project: no place of the others can be trusted.
        Assert.Null(TimelineIn(world.Project("new").Snapshot()));
    }

    private static World FourProjects() => World.Of().Investor("kfw", "DE").Investor("doe", "US")
        .Project("mine").Project("plant").Project("smelter").Project("works")
        .Commitment("a", "kfw", "mine", "1 EUR", pledged: "2024", signed: "2025").Commitment("b", "doe", "mine", "2 EUR", pledged: "2024", signed: "2025")
        .Commitment("c", "kfw", "plant", "3 EUR", pledged: "2024").Commitment("d", "doe", "works", "4 EUR", pledged: "2024")
        .Commitment("e", "doe", "smelter", "3 EUR", pledged: "2024", signed: "2025", basis: CountingBasis.Overlap);

    private static void Falsify(PortfolioTimeline timeline, string what)
    {
        switch (Array.IndexOf(Kept, what))
        {
            case 0:
                ValuesOf(timeline)[^1]++;
                break;
            case 1:
                DaysOf(timeline)[0] = Day.Never;
                break;
            default:
                NonAdditiveOf(timeline).AsSpan().Clear();
                break;
        }
    }

    private static PortfolioTimeline? TimelineIn(PortfolioSnapshot snapshot) => snapshot.Running.HistoricalTotals.Of(
        snapshot.Projects, TimelinesOf(snapshot, snapshot.Partnerships[0]), snapshot.Partnerships[0].Partnership);

    private static ProjectTimeline[] TimelinesOf(PortfolioSnapshot snapshot, AttributionMap view) =>
        Array.ConvertAll(snapshot.Projects, project => project.TimelineIn(view));

    private static void AssertSame(PortfolioSnapshot snapshot, AttributionMap view, int day) =>
        Assert.Equal(FromCommitments(snapshot, view, day), FromTimeline(snapshot, view, day));

    private static string FromTimeline(PortfolioSnapshot snapshot, AttributionMap view, int day)
    {
        var (timeline, sums) = (PortfolioTimeline.Of(snapshot.Projects, TimelinesOf(snapshot, view)), new Sums());
        timeline.ReportFiguresAt(day, (figure, value) => sums.Add(figure, value));
        foreach (var entry in timeline.NonAdditive)
        {
            if (entry.DayRange.Holds(day))
                sums.NonAdditive.Add(snapshot.Projects[entry.Project].Commitments[entry.DayRange.Number].Name);
        }

        return sums.ToString();
    }

    private static string FromCommitments(PortfolioSnapshot snapshot, AttributionMap view, int day)
    {
        var sums = new Sums();
        foreach (var project in snapshot.Projects)
        {
            var figures = ProjectFigures.Of(project, view, day);
            for (var measure = 0; measure < 3; measure++)
                sums.Add(figures, measure);
            sums.NonAdditive.AddRange(figures.NonAdditive.Select(place => project.Commitments[place].Name));
        }

        sums.NonAdditive.Sort(StringComparer.Ordinal);
        return sums.ToString();
    }

    private static string Answer(PortfolioSnapshot snapshot) => Convert.ToHexString(Feature.Answer(
        snapshot, new() { Query = new() { AsOf = Write.Date($"{HistoricalTotals:yyyy-MM-dd}") } }, World.Reader, World.Today, []).ToByteArray());

    /// <summary>Figures added up one by one.</summary>
    private sealed class Sums
    {
        private readonly SortedDictionary<int, Int128> byFigure = [];

        public List<string> NonAdditive { get; } = [];

        public void Add(TotalFigure figure, Int128 value) => byFigure[figure.Packed] = byFigure.GetValueOrDefault(figure.Packed) + value;

        public void Add(ProjectFigures project, int measure)
        {
            var isJoint = project.IsJoint(measure);
            foreach (var cell in project.Cells(measure))
                Add(new TotalFigure(measure, FigureKind.Money, cell.Instrument, cell.Currency, cell.Party).Over(isJoint), cell.MinorUnits);
            var hasFunded = false;
            for (var instrument = 0; instrument < Instruments.Count; instrument++)
            {
                var counts = project.Counts(measure, instrument);
                Add(FigureKind.Commitments, counts.Commitments);
                Add(FigureKind.Undisclosed, counts.Undisclosed);
                Add(FigureKind.Undated, counts.Undated);
                Add(FigureKind.Projects, counts.Commitments > 0 ? 1 : 0);
                hasFunded |= counts.Commitments > 0 && Instruments.FundedSet.Contains(instrument);

                void Add(FigureKind kind, int count) => this.Add(new TotalFigure(measure, kind, instrument, 0, 0).Over(isJoint), count);
            }

            Add(new TotalFigure(measure, FigureKind.FundedProjects, 0, 0, 0).Over(isJoint), hasFunded ? 1 : 0);
        }

        public override string ToString() => string.Join('\n',
            [.. byFigure.Where(sum => sum.Value != 0).Select(sum => $"{sum.Key:x8} {sum.Value}"), $"not additive: {string.Join(' ', NonAdditive)}"]);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "values")]
    private static extern ref long[] ValuesOf(PortfolioTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "days")]
    private static extern ref int[] DaysOf(PortfolioTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "nonAdditive")]
    private static extern ref NonAdditiveRange[] NonAdditiveOf(PortfolioTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "sums")]
    private static extern ref long[] SumsOf(ProjectTimeline timeline);
}
