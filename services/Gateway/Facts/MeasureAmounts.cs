using Mining.Portfolio.V1;

namespace Mining.Gateway.Facts;

/// <summary>The amounts of a commitment on a date: for each measure its minor units or one of the two markers below.</summary>
internal readonly record struct MeasureAmounts(long Pledged, long Committed, long Disbursed)
{
    /// <summary>Marker: counts for the measure with an undisclosed amount.</summary>
    public const long Undisclosed = -1;

    /// <summary>Marker: does not count for the measure.</summary>
    public const long NotCounted = -2;

    /// <summary>The measures in index order; each contains the next.</summary>
    public static readonly Measure[] Measures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    public static readonly MeasureAmounts Nothing = new(NotCounted, NotCounted, NotCounted);

    /// <summary>Counts for no measure.</summary>
    public bool IsNothing => Pledged == NotCounted;

    public long this[int measure] => measure switch
    {
        0 => Pledged,
        1 => Committed,
        _ => Disbursed,
    };

    /// <summary>The index of the last measure for which it counts, or -1.</summary>
    public int Furthest => Disbursed != NotCounted ? 2 : Committed != NotCounted ? 1 : Pledged != NotCounted ? 0 : -1;

    public static int IndexOf(Measure measure) => (int)measure - 1;
}
