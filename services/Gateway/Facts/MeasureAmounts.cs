using Mining.Portfolio.V1;

namespace Mining.Gateway.Facts;

/// <summary>How far a commitment has come at a date: for each measure its minor units, or one of the two marks below.</summary>
internal readonly record struct MeasureAmounts(long Pledged, long Committed, long Disbursed)
{
    /// <summary>It counts for the measure, and its amount is not known.</summary>
    public const long Undisclosed = -1;

    /// <summary>It does not count for the measure.</summary>
    public const long NotCounted = -2;

    /// <summary>The measures in their order, which is how they are indexed here: each contains the next.</summary>
    public static readonly Measure[] Measures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    public static readonly MeasureAmounts Nothing = new(NotCounted, NotCounted, NotCounted);

    /// <summary>It does not count at all.</summary>
    public bool IsNothing => Pledged == NotCounted;

    public long this[int measure] => measure switch
    {
        0 => Pledged,
        1 => Committed,
        _ => Disbursed,
    };

    /// <summary>The place of the furthest measure for which it counts, -1 if for none.</summary>
    public int Furthest => Disbursed != NotCounted ? 2 : Committed != NotCounted ? 1 : Pledged != NotCounted ? 0 : -1;

    public static int IndexOf(Measure measure) => (int)measure - 1;
}
