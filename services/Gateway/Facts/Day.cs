using Mining.Platform.Numbers;
using WireDate = Google.Type.Date;

namespace Mining.Gateway.Facts;

/// <summary>Dates as day numbers, so that the loop over a million commitments compares integers. A partial date is its first day.</summary>
internal static class Day
{
    /// <summary>The date is not known, so it counts at every date.</summary>
    public const int Always = int.MinValue;

    /// <summary>It has not happened.</summary>
    public const int Never = int.MaxValue;

    /// <summary>The first day of a date, <see cref="Always"/> where there is none.</summary>
    public static int Of(WireDate? date) => Read(date)?.FirstDay.DayNumber ?? Always;

    /// <summary>The date as precisely as it is known.</summary>
    public static PartialDate? Read(WireDate? date)
    {
        if (date is null)
            return null;
        return PartialDate.TryRead(date, out var read, out var problem) ? read : throw new InvalidDataException(problem);
    }
}
