using Google.Type;

namespace Mining.Simulation.Model.Reading;

/// <summary>Dates that may lack the day, or day and month.</summary>
internal static class Dates
{
    /// <summary>True if a date is absent, a year, a year and month, or a day that exists in the calendar.</summary>
    public static bool AreValid(params IEnumerable<Date?> dates) => dates.All(date => date is null || IsValid(date));

    private static bool IsValid(Date date) =>
        date.Year is >= 1 and <= 9999
        && date.Month is >= 0 and <= 12
        && (date.Month > 0 || date.Day == 0)
        && date.Day >= 0
        && (date.Day == 0 || date.Day <= System.DateTime.DaysInMonth(date.Year, date.Month));

    public static bool IsFull(Date? date) => date is { Day: > 0 };

    /// <summary>A partial date counts from its first day.</summary>
    public static DateOnly FirstDay(this Date date) => new(date.Year, Math.Max(1, date.Month), Math.Max(1, date.Day));

    /// <summary>An undated event counts at every date.</summary>
    public static DateOnly Beginning(this Date? date) => date?.FirstDay() ?? DateOnly.MinValue;

    public static DateOnly LastDay(this Date date) => date switch
    {
        { Month: 0 } => new(date.Year, 12, 31),
        { Day: 0 } => new(date.Year, date.Month, System.DateTime.DaysInMonth(date.Year, date.Month)),
        _ => date.FirstDay(),
    };

    /// <summary>A partial date is too early only if its last day is.</summary>
    public static bool IsTooEarly(Date? date, Date? earlier) =>
        date is not null && earlier is not null && LastDay(date) < earlier.FirstDay();

    public static Date Today(DateTimeOffset now) => Of(DateOnly.FromDateTime(now.UtcDateTime));

    public static Date Of(DateOnly day) => new() { Year = day.Year, Month = day.Month, Day = day.Day };
}
