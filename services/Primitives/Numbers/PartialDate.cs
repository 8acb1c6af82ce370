using System.Globalization;
using Mining.Primitives.Catalogues;
using WireDate = Google.Type.Date;

namespace Mining.Primitives.Numbers;

/// <summary>
/// A date that may be partial: a year, a month or a day. Zero means not given; a day always has its month. A partial date counts from its
/// first day. Ordered by first day, then by last day, so <c>2025-01-01</c> comes before <c>2025-01</c>, which comes before <c>2025</c>.
/// </summary>
public readonly record struct PartialDate(int Year, int Month, int Day) : IComparable<PartialDate>
{
    /// <summary>Whether year, month and day are all given.</summary>
    public bool IsFull => Day != 0;

    /// <summary>The first possible day.</summary>
    public DateOnly FirstDay => new(Year, Math.Max(Month, 1), Math.Max(Day, 1));

    /// <summary>The last possible day.</summary>
    public DateOnly LastDay => (Month, Day) switch
    {
        (0, _) => new(Year, 12, 31),
        (_, 0) => new(Year, Month, DateTime.DaysInMonth(Year, Month)),
        _ => new(Year, Month, Day),
    };

    /// <summary>Creates a full date.</summary>
    public static PartialDate From(DateOnly day) => new(day.Year, day.Month, day.Day);

    /// <summary>
    /// Reads a <c>google.type.Date</c>. Reports all problems at once: a year outside 1 to 9999 (which includes a missing year), a month
    /// outside 0 to 12, a day that the month does not have, or a day without a month.
    /// </summary>
    public static bool TryRead(WireDate? date, out PartialDate value, out string problem)
    {
        value = default;
        problem = date is null ? "The date is missing." : ProblemOf(date.Year, date.Month, date.Day);
        if (date is null || problem.Length > 0)
            return false;
        value = new PartialDate(date.Year, date.Month, date.Day);
        return true;
    }

    /// <summary>
    /// Reads <c>2025</c>, <c>2025-09</c> or <c>2025-09-14</c>, ignoring surrounding spaces. Refuses a month or day of 00.
    /// </summary>
    public static bool TryParse(string? text, out PartialDate value, out string problem)
    {
        value = default;
        var trimmed = text.AsSpan().Trim();
        if (!HasForm(trimmed))
        {
            problem = $"{Quote.Of(text)} is not a date of the form 2025, 2025-09 or 2025-09-14.";
            return false;
        }

        var year = Number(trimmed[..4]);
        var month = trimmed.Length > 4 ? Number(trimmed[5..7]) : 0;
        var day = trimmed.Length > 7 ? Number(trimmed[8..10]) : 0;
        problem = ProblemOf(year, month, day);
        if (trimmed.Length > 4 && month == 0)
            Problems.Add(ref problem, "The month 00 does not exist; omit it if unknown.");
        if (trimmed.Length > 7 && day == 0)
            Problems.Add(ref problem, "The day 00 does not exist; omit it if unknown.");
        if (problem.Length > 0)
            return false;
        value = new PartialDate(year, month, day);
        return true;
    }

    /// <summary>Converts to the wire type.</summary>
    public WireDate ToDate() => new() { Year = Year, Month = Month, Day = Day };

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => (Month, Day) switch
    {
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}"),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{Day:00}"),
    };

    // Compares the numbers themselves, so that sorting a default value does not throw. 99 stands for the last month or day.
    public int CompareTo(PartialDate other) =>
        (Year, Math.Max(Month, 1), Math.Max(Day, 1), LastMonth, LastDayOfMonth).CompareTo(
            (other.Year, Math.Max(other.Month, 1), Math.Max(other.Day, 1), other.LastMonth, other.LastDayOfMonth));

    private int LastMonth => Month == 0 ? 99 : Month;

    private int LastDayOfMonth => Day == 0 ? 99 : Day;

    public static bool operator <(PartialDate left, PartialDate right) => left.CompareTo(right) < 0;

    public static bool operator >(PartialDate left, PartialDate right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartialDate left, PartialDate right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartialDate left, PartialDate right) => left.CompareTo(right) >= 0;

    private static string ProblemOf(int year, int month, int day)
    {
        var problem = "";
        var yearExists = year is >= 1 and <= 9999;
        if (!yearExists)
            Problems.Add(ref problem, year == 0 ? "The year is missing." : $"The year {year} is not between 1 and 9999.");
        if (month is < 0 or > 12)
            Problems.Add(ref problem, $"The month {month} is not between 1 and 12.");
        if (month == 0 && day != 0)
            Problems.Add(ref problem, $"The day {day} has no month.");

        // If the year or month is invalid, use the longest possible month, so that an impossible day is still reported.
        var days = month is < 1 or > 12 ? 31 : DateTime.DaysInMonth(yearExists ? year : 2000, month);
        if (day < 0 || day > days)
            Problems.Add(ref problem, days < 31 && day is > 0 and <= 31
                ? $"The month {month} of {year} has no day {day}."
                : $"The day {day} is not between 1 and 31.");
        return problem;
    }

    /// <summary>Digits, with a hyphen after the year and after the month if more follows.</summary>
    private static bool HasForm(ReadOnlySpan<char> text)
    {
        if (text.Length is not (4 or 7 or 10))
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (i is 4 or 7 ? text[i] != '-' : !char.IsAsciiDigit(text[i]))
                return false;
        }

        return true;
    }

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
