// At stake: the European Central Bank's file is read as published, and an invalid one is refused with every invalid place: a misread rate
// would shift every figure.
using System.Globalization;
using System.Text;
using Mining.Investors.Domain;
using Mining.Platform.Errors;
using Xunit;

namespace Mining.Investors.Tests.Domain;

public sealed class ReferenceRateFileTests
{
    [Theory]
    [InlineData("Date,USD,JPY,\n2026-04-27,1.1388,163.5,\n2026-04-24,N/A,163,\n")] // as published
    [InlineData("\uFEFFDate,USD,JPY,\r\n2026-04-27,1.1388,163.5,\r\n2026-04-24,N/A,163,\r\n")]
    [InlineData("Date,USD,JPY\n2026-04-27,1.1388,163.5\n2026-04-24,N/A,163")]
    [InlineData("\"Date\",\"USD\",\"JPY\"\n2026-04-27,\"1.1388\",163.5\n2026-04-24,N/A,\"163\"\n")] // as a spreadsheet may save it
    [InlineData("Date, USD, JPY, \n2026-04-27, 1.1388, 163.50, \n\n2026-04-24, N/A, 163, \n\n")] // as in the bank's daily file
    public void Line_endings_a_byte_order_mark_and_a_trailing_comma_are_ignored(string file)
    {
        var violations = new Violations();
        var days = ReferenceRateFile.Read("csv", Encoding.UTF8.GetBytes(file), violations);
        Assert.Empty(violations.Sentences);
        Assert.Equal(["2026-04-27: JPY 163.5, USD 1.1388", "2026-04-24: JPY 163"], days.Select(DisplayText));
    }

    [Theory]
    [InlineData("", "csv line 1: must be the header")]
    [InlineData("Date\n2026-04-27\n", "csv line 1: has 1 columns")]
    [InlineData("Day,USD\n", "csv line 1, column 1: is \"Day\"; it must be Date.")]
    [InlineData("Day,USD\nx,y\n", "csv line 1, column 1: is \"Day\"; it must be Date.")] // an invalid header stops the parsing
    [InlineData("Date,EUR,usd,USD,USD,\n", "csv line 1, column 2: EUR is|csv line 1, column 3: \"usd\"|csv line 1, column 5: USD is listed more than once.")]
    [InlineData("Date,,USD\n", "csv line 1, column 2: \"\"")]
    [InlineData("Date,USD,\n27/04/2026,1.1,\n2026-02-30,1.1,\n", "csv line 2, column Date: \"27/04/2026\"|csv line 3, column Date: \"2026-02-30\"")]
    [InlineData("Date,USD,JPY,\n2026-04-27,,0,\n2026-04-24,-1,n/a,\n", "csv line 2, column USD|csv line 2, column JPY|csv line 3, column USD|csv line 3, column JPY")]
    [InlineData("Date,USD,JPY,\n2026-04-27,1.1,\n", "csv line 2, column JPY: \"\"")]
    [InlineData("Date,USD,\n2026-04-27,1.1,2,\n2026-04-24\n", "csv line 2: has 4 columns; the header has 2.|csv line 3: has 1 columns; the header has 2.")]
    [InlineData("Date,USD\n2026-04-27,1.1\n\n2026-04-27,1.1\n", "csv line 4, column Date: 2026-04-27 is already on line 2.")]
    [InlineData("Date,USD\n2026-04-27,1000000000000\n2026-04-24,1.00000000001\n", "csv line 2, column USD|csv line 3, column USD")]
    [InlineData("Date,USD\n2026-04-27,\"1.1\n", "csv line 2: breaks the quoting rules")]
    public void Each_invalid_line_and_column_is_named(string file, string expected)
    {
        var violations = new Violations();
        ReferenceRateFile.Read("csv", Encoding.UTF8.GetBytes(file), violations);
        var sentences = violations.Sentences.ToList();
        var beginnings = expected.Split('|');
        Assert.Equal(beginnings.Length, sentences.Count);
        Assert.All(sentences.Zip(beginnings), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        var violations = new Violations();
        Assert.Empty(ReferenceRateFile.Read("csv", [0xff, 0xfe, 0x00], violations));
        Assert.Equal("csv is not UTF-8 text.", Assert.Single(violations.Sentences));
    }

    [Fact]
    public void Only_the_first_hundred_violations_are_named()
    {
        var violations = new Violations();
        ReferenceRateFile.Read("csv", Encoding.UTF8.GetBytes("Date,USD\n" + string.Concat(Enumerable.Repeat("x,y\n", 500))), violations);
        Assert.Equal(100, violations.Count);
    }

    [Fact]
    public void More_days_than_the_limit_are_refused()
    {
        var file = new StringBuilder("Date,USD\n");
        for (var i = 0; i <= ReferenceRateFile.MaxDays; i++)
            file.Append(CultureInfo.InvariantCulture, $"{new DateOnly(1999, 1, 4).AddDays(i):yyyy-MM-dd},1\n");
        var violations = new Violations();
        ReferenceRateFile.Read("csv", Encoding.UTF8.GetBytes(file.ToString()), violations);
        Assert.Contains("10000 days", Assert.Single(violations.Sentences), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_day_has_at_most_two_hundred_currencies(int currencies, bool isRead)
    {
        var codes = Enumerable.Range(0, currencies).Select(number => $"{(char)('A' + number / 26)}{(char)('A' + number % 26)}X");
        var violations = new Violations();
        ReferenceRateFile.Read("csv", Encoding.UTF8.GetBytes($"Date,{string.Join(',', codes)}\n"), violations);
        Assert.Equal(isRead, violations.Count == 0);
    }

    [Theory]
    [InlineData("0.0000000001", true)]
    [InlineData("0.00000000001", false)]
    [InlineData("999999999999.9999999999", true)]
    [InlineData("1000000000000", false)]
    public void A_rate_has_at_most_twelve_digits_before_and_ten_after_the_point(string text, bool isRead) =>
        Assert.Equal(isRead, DayRates.TryReadRate(text, out _, out _));

    [Fact]
    public void A_day_contains_another_only_if_all_its_rates_are_equal()
    {
        var none = DayRates.None(new DateOnly(2026, 4, 27));
        var day = none with { UnitsPerEuro = none.UnitsPerEuro.Add("JPY", 163.5m).Add("USD", 1.1388m) };
        Assert.True(day.Has(none));
        Assert.True(day.Has(none with { UnitsPerEuro = none.UnitsPerEuro.Add("USD", 1.13880m) }));
        Assert.False(day.Has(none with { UnitsPerEuro = day.UnitsPerEuro.SetItem("JPY", 164m) }));
        Assert.False(none.Has(day));
    }

    private static string DisplayText(DayRates day) => $"{day.Day:O}: "
        + string.Join(", ", day.UnitsPerEuro.Select(rate => string.Create(CultureInfo.InvariantCulture, $"{rate.Key} {rate.Value}")));
}
