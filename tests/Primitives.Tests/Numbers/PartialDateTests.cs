using CsCheck;
using Mining.Primitives.Numbers;
using Xunit;
using WireDate = Google.Type.Date;

namespace Mining.Primitives.Tests.Numbers;

// At stake: an announcement "in 2025" that becomes the first of January, or a 30 February that becomes a day in March. A date keeps its
// precision, counts from its first day, and is refused with every reason if impossible.
public sealed class PartialDateTests
{
    [Theory]
    // year, month, day; text; first and last day
    [InlineData(2025, 0, 0, "2025", "2025-01-01", "2025-12-31")]
    [InlineData(2025, 9, 0, "2025-09", "2025-09-01", "2025-09-30")]
    [InlineData(2025, 9, 14, "2025-09-14", "2025-09-14", "2025-09-14")]
    [InlineData(2024, 2, 0, "2024-02", "2024-02-01", "2024-02-29")]
    [InlineData(2025, 2, 0, "2025-02", "2025-02-01", "2025-02-28")]
    [InlineData(2024, 2, 29, "2024-02-29", "2024-02-29", "2024-02-29")]
    [InlineData(1, 0, 0, "0001", "0001-01-01", "0001-12-31")]
    [InlineData(9999, 12, 0, "9999-12", "9999-12-01", "9999-12-31")]
    public void A_date_keeps_its_precision(int year, int month, int day, string text, string first, string last)
    {
        var wire = new WireDate { Year = year, Month = month, Day = day };

        Assert.True(PartialDate.TryRead(wire, out var date, out var problem), problem);
        Assert.Equal(new PartialDate(year, month, day), date);
        Assert.Equal(wire, date.ToDate());
        Assert.Equal(text, date.ToString());
        Assert.True(PartialDate.TryParse($" {text} ", out var parsed, out problem), problem);
        Assert.Equal(date, parsed);
        Assert.Equal(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), date.FirstDay);
        Assert.Equal(DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture), date.LastDay);
        Assert.Equal(first == last, date.IsFull);
        if (date.IsFull)
            Assert.Equal(date, PartialDate.From(date.FirstDay));
    }

    [Theory]
    // year, month, day; all reasons
    [InlineData(0, 0, 0, "The year is missing.")]
    [InlineData(0, 9, 14, "The year is missing.")]
    [InlineData(-1, 0, 0, "The year -1 is not between 1 and 9999.")]
    [InlineData(10000, 0, 0, "The year 10000 is not between 1 and 9999.")]
    [InlineData(2025, 13, 0, "The month 13 is not between 1 and 12.")]
    [InlineData(2025, 0, 14, "The day 14 has no month.")]
    [InlineData(2025, 0, 40, "The day 40 has no month. The day 40 is not between 1 and 31.")]
    [InlineData(2025, 2, 29, "The month 2 of 2025 has no day 29.")]
    [InlineData(2025, 4, 31, "The month 4 of 2025 has no day 31.")]
    [InlineData(2025, 4, 32, "The day 32 is not between 1 and 31.")]
    [InlineData(2025, 4, -1, "The day -1 is not between 1 and 31.")]
    [InlineData(0, 13, 32, "The year is missing. The month 13 is not between 1 and 12. The day 32 is not between 1 and 31.")]
    [InlineData(int.MinValue, int.MinValue, int.MinValue,
        "The year -2147483648 is not between 1 and 9999. " +
        "The month -2147483648 is not between 1 and 12. The day -2147483648 is not between 1 and 31.")]
    public void An_impossible_date_is_refused_with_every_reason(int year, int month, int day, string reasons)
    {
        Assert.False(PartialDate.TryRead(new WireDate { Year = year, Month = month, Day = day }, out _, out var problem));
        Assert.Equal(reasons, problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("25")]
    [InlineData("2025-9")]
    [InlineData("2025-09-1")]
    [InlineData("2025/09/14")]
    [InlineData("14.09.2025")]
    [InlineData("2025-09-14T00:00")]
    [InlineData("2025-00")]
    [InlineData("2025-09-00")]
    [InlineData("2025-13")]
    [InlineData("2025-02-30")]
    [InlineData("0000")]
    [InlineData("-025")]
    [InlineData("٢٠٢٥")]
    public void A_text_in_another_format_is_refused(string? text)
    {
        Assert.False(PartialDate.TryParse(text, out _, out var problem));
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void A_missing_date_is_absent()
    {
        Assert.False(PartialDate.TryRead(null, out _, out var problem));
        Assert.Equal("The date is missing.", problem);
    }

    [Fact]
    public void A_day_sorts_before_the_month_and_year_that_begin_with_it()
    {
        string[] inOrder = ["2024-12-31", "2025-01-01", "2025-01", "2025", "2025-01-02", "2025-02-01", "2025-02", "2025-12-31", "2026"];
        var shuffled = inOrder.Reverse().Select(Read).ToList();
        shuffled.Sort();
        Assert.Equal(inOrder, shuffled.Select(date => date.ToString()));
    }

    [Fact]
    public void Dates_sort_by_first_day_and_then_by_last_day() =>
        // Random dates mostly differ in their year; dates of two years also collide in month, day and precision.
        Gen.OneOf(Gen.Select(AnyDate, AnyDate), Gen.Select(NearDate, NearDate)).Sample((left, right) =>
        {
            var byDays = (left.FirstDay, left.LastDay).CompareTo((right.FirstDay, right.LastDay));
            Assert.Equal(Math.Sign(byDays), Math.Sign(left.CompareTo(right)));
            Assert.Equal(byDays < 0, left < right);
            Assert.Equal(byDays > 0, left > right);
            Assert.Equal(byDays <= 0, left <= right);
            Assert.Equal(byDays >= 0, left >= right);
            Assert.Equal(byDays == 0, left == right);
        });

    [Fact]
    public void Every_date_round_trips_over_the_wire_and_as_text() =>
        AnyDate.Sample(date =>
        {
            Assert.True(PartialDate.TryRead(date.ToDate(), out var read, out var problem), problem);
            Assert.Equal(date, read);
            Assert.True(PartialDate.TryParse(date.ToString(), out var parsed, out problem), problem);
            Assert.Equal(date, parsed);
        });

    [Fact]
    public void Any_numbers_are_a_valid_date_or_refused_with_a_reason() =>
        Gen.Select(Hostile.Int, Hostile.Int, Hostile.Int).Sample((year, month, day) =>
        {
            var isRead = PartialDate.TryRead(new WireDate { Year = year, Month = month, Day = day }, out var date, out var problem);
            Assert.NotEqual(isRead, problem.Length > 0);
            if (isRead)
                Assert.True(date.FirstDay <= date.LastDay);
        });

    [Fact]
    public void Any_text_is_a_valid_date_or_refused_with_a_reason() =>
        Gen.OneOf<string>(Hostile.Text, Gen.String[Gen.Char["0123456789-"], 4, 10]).Sample(text =>
            Assert.NotEqual(PartialDate.TryParse(text, out _, out var problem), problem.Length > 0));

    [Fact]
    public void A_default_value_can_be_sorted_and_shown()
    {
        Assert.True(default(PartialDate) < Read("0001-01-01"));
        Assert.Equal("0000", default(PartialDate).ToString());
    }

    private static readonly Gen<PartialDate> AnyDate = Dates(Gen.Date);

    private static readonly Gen<PartialDate> NearDate = Dates(Gen.Int[0, 500].Select(days => new DateTime(2024, 10, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(days / 5)));

    private static Gen<PartialDate> Dates(Gen<DateTime> days) => Gen.Select(days, Gen.Int[0, 2]).Select((day, precision) => precision switch
    {
        0 => new PartialDate(day.Year, 0, 0),
        1 => new PartialDate(day.Year, day.Month, 0),
        _ => PartialDate.From(DateOnly.FromDateTime(day)),
    });

    private static PartialDate Read(string text) =>
        PartialDate.TryParse(text, out var date, out var problem) ? date : throw new ArgumentException(problem, nameof(text));
}
