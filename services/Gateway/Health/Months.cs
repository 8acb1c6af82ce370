namespace Mining.Gateway.Health;

/// <summary>Converts days to months; a month is one twelfth of 365.25 days.</summary>
internal static class Months
{
    private const decimal DaysPerMonth = 30.4375m;

    public static decimal Between(DateOnly from, DateOnly to) => (to.DayNumber - from.DayNumber) / DaysPerMonth;
}
