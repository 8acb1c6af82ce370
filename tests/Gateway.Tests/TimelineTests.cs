using System.Runtime.CompilerServices;
using CsCheck;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: every figure of a past day. A project's timeline is a second representation of its commitments, stored cell by cell and looked
// up by day. Over random histories it must agree with the commitments on each day, to the last cell. To prove that this test can fail, each
// kind of stored value is falsified.
public class TimelineTests
{
    private static readonly string[] Kept = ["sum", "committed sum for health", "day of a sum", "day of a count", "commitment that is not additive", "investor that breaches the rule"];

    public static TheoryData<string> CachedState => [.. Kept];

    [Fact]
    public void A_timeline_matches_the_commitments_on_each_day() => Gen.Select(Histories.Of, Histories.Day.Array[20]).Sample(
        (changes, days) =>
        {
            var snapshot = Recompute.Snapshot(changes);
            foreach (var view in snapshot.Partnerships)
            {
                foreach (var project in snapshot.Projects)
                    Assert.All([.. days, DateOnly.MinValue, DateOnly.MaxValue], day => AssertSame(project, view, day));
            }
        },
        iter: 200);

    [Fact]
    public void Sums_beyond_64_bits_are_kept_whole()
    {
        var snapshot = World.Of().Investor("kfw", "DE").Project("mine")
            .Commitment("a", "kfw", "mine", "92233720368547758.07 EUR", pledged: "2021", cancelled: "2024")
            .Commitment("b", "kfw", "mine", "92233720368547758.07 EUR", pledged: "2022")
            .Commitment("c", "kfw", "mine", "92233720368547758.07 EUR", pledged: "2023")
            .Snapshot();
        foreach (var year in Enumerable.Range(2020, 6))
            AssertSame(snapshot.Projects[0], snapshot.Partnerships[0], new DateOnly(year, 6, 1));
        var cells = snapshot.Projects[0].TimelineIn(snapshot.Partnerships[0]).At(new DateOnly(2023, 6, 1).DayNumber, new()).Cells(0).ToArray();
        Assert.Equal(3 * (Int128)long.MaxValue, cells.Aggregate(Int128.Zero, (sum, cell) => sum + cell.MinorUnits));
    }

    [Fact]
    public void Every_change_of_a_sum_is_found_among_any_number_of_days()
    {
        var first = new DateOnly(2024, 1, 1);
        var world = World.Of().Investor("kfw", "DE").Project("mine");
        for (var count = 0; count < 150; count++)
        {
            var snapshot = world.Commitment($"c-{count}", "kfw", "mine", "1 EUR", pledged: $"{first.AddDays(2 * count):yyyy-MM-dd}").Snapshot();
            foreach (var day in (int[])[-1, 0, 1, 2 * count - 1, 2 * count, 2 * count + 1, count])
                AssertSame(snapshot.Projects[0], snapshot.Partnerships[0], first.AddDays(day));
        }
    }

    [Theory]
    [MemberData(nameof(CachedState))]
    public void An_error_in_a_timeline_is_detected(string what)
    {
        var snapshot = Snapshot();
        var (project, view) = (snapshot.Projects[0], snapshot.Partnerships[0]);
        AssertSame(project, view, World.Today);
        Falsify(project.TimelineIn(view), what);
        Assert.NotEqual(FromCommitments(project, view, World.Today), FromTimeline(project, view, World.Today));
    }

    /// <summary>Something of everything that a course keeps.</summary>
    private static PortfolioSnapshot Snapshot() =>
        World.Of().Partnership("eu-us", rule: new OutsideOwnershipRule { CoveredCountries = { "CN" }, LimitPpm = 100_000 })
            .Investor("kfw", "DE", ("CN", 500_000)).Project("mine")
            .Commitment("a", "kfw", "mine", "1 EUR", pledged: "2024", signed: "2025").Commitment("b", "kfw", "mine", "2 EUR", pledged: "2024", basis: CountingBasis.Overlap)
            .Snapshot();

    private static void Falsify(ProjectTimeline timeline, string what)
    {
        switch (Array.IndexOf(Kept, what))
        {
            case 0:
                SumsOf(timeline)[0]++;
                break;
            case 1:
                SumsOf(timeline)[^1]++;
                break;
            case 2:
                SumDaysOf(timeline)[0] = Day.Never;
                break;
            case 3:
                CountDaysOf(timeline)[0] = Day.Never;
                break;
            case 4:
                NonAdditiveOf(timeline)[0] = new DayRange(1, Day.Never, Day.Never);
                break;
            default:
                BreachingInvestorsOf(timeline).AsSpan().Clear();
                break;
        }
    }

    private static void AssertSame(ProjectNode project, AttributionMap view, DateOnly day) =>
        Assert.Equal(FromCommitments(project, view, day), FromTimeline(project, view, day));

    private static string FromCommitments(ProjectNode project, AttributionMap view, DateOnly day)
    {
        var figures = ProjectFigures.Of(project, view, day.DayNumber);
        return $"{Told(figures)}\n{Told(CommittedMoney.Of(figures, view.Partnership), view)}";
    }

    private static string FromTimeline(ProjectNode project, AttributionMap view, DateOnly day)
    {
        var (timeline, tally) = (project.TimelineIn(view), new Tally(view.Partnership.Parties.Length));
        // What another day has left in the tally means nothing.
        timeline.CommittedAt(DateOnly.MaxValue.DayNumber, tally);
        return $"{Told(timeline.At(day.DayNumber, new()))}\n{Told(timeline.CommittedAt(day.DayNumber, tally), view)}";
    }

    /// <summary>Counts aside, which only what is shown of a project needs.</summary>
    private static string Told(CommittedMoney committed, AttributionMap view)
    {
        var sums = committed.Funded.Currencies.ToArray().Select((currency, row) =>
            $"{currency} {string.Join('/', view.Partnership.Parties.Select((_, party) => committed.Funded.Sum(row, party)))}");
        return $"committed, joint {committed.IsJoint}: {string.Join(", ", sums)}; breaching: {string.Join(' ', committed.BreachingInvestors)}";
    }

    /// <summary>All that figures say. A sum beyond 64 bits is in several cells, and how it is cut means nothing.</summary>
    private static string Told(ProjectFigures figures) => string.Join('\n',
    [
        .. Enumerable.Range(0, 3).Select(measure => $"{measure}, joint {figures.IsJoint(measure)}: {string.Join(", ", figures.Cells(measure).ToArray()
            .GroupBy(cell => (cell.Instrument, cell.Currency, cell.Party), cell => (Int128)cell.MinorUnits).OrderBy(cell => cell.Key)
            .Select(cell => $"{cell.Key} {cell.Aggregate((sum, part) => sum + part)}"))}"),
        .. Enumerable.Range(0, 3).SelectMany(measure => Enumerable.Range(0, Instruments.Count).Select(instrument => $"{figures.Counts(measure, instrument)}")),
        $"not additive: {string.Join(' ', figures.NonAdditive)}; breaching: {string.Join(' ', figures.BreachingInvestors)}",
        $"committed: {string.Join(' ', figures.CommittedCurrencies.Order())}",
    ]);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "sums")]
    private static extern ref long[] SumsOf(ProjectTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "sumDays")]
    private static extern ref int[] SumDaysOf(ProjectTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "countDays")]
    private static extern ref int[] CountDaysOf(ProjectTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "nonAdditive")]
    private static extern ref DayRange[] NonAdditiveOf(ProjectTimeline timeline);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "breachingInvestors")]
    private static extern ref DayRange[] BreachingInvestorsOf(ProjectTimeline timeline);
}
