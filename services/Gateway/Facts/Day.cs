using Mining.Primitives.Numbers;
using WireDate = Google.Type.Date;

namespace Mining.Gateway.Facts;

/// <summary>Dates as day numbers, because comparing integers is fast in scans. A partial date counts from its first day.</summary>
internal static class Day
{
    /// <summary>An unknown date, which counts at every date.</summary>
    public const int Always = int.MinValue;

    /// <summary>An event that has not happened.</summary>
    public const int Never = int.MaxValue;

    /// <summary>The first day of a date, or <see cref="Always"/> if there is none.</summary>
    public static int Of(WireDate? date) => Read(date)?.FirstDay.DayNumber ?? Always;

    /// <summary>The date with the precision that is known.</summary>
    public static PartialDate? Read(WireDate? date)
    {
        if (date is null)
            return null;
        return PartialDate.TryRead(date, out var read, out var problem) ? read : throw new InvalidDataException(problem);
    }
}
