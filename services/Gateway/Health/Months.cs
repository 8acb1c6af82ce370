namespace Mining.Gateway.Health;

/// <summary>Spans of days in months: a month is the twelfth part of 365.25 days.</summary>
internal static class Months
{
    private const decimal DaysPerMonth = 30.4375m;

    public static decimal Between(DateOnly from, DateOnly to) => (to.DayNumber - from.DayNumber) / DaysPerMonth;
}
