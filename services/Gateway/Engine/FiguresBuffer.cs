using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// Reusable memory for figures that are discarded before the next ones are written. Without it, a scan of the past would allocate all
/// cells of all projects.
/// </summary>
internal sealed class FiguresBuffer
{
    private readonly Counts[] counts = ProjectFigures.NoCounts();
    private Cell[] cells = [];

    /// <summary>The end of each measure's cells.</summary>
    public int[] CellEnds { get; } = new int[MeasureAmounts.Measures.Length];

    /// <summary>Returns room for this many cells, and zeroed counts.</summary>
    public (Cell[] Cells, Counts[] Counts) Reserve(int cellCount)
    {
        if (cells.Length < cellCount)
            cells = new Cell[cellCount];
        CellEnds.AsSpan().Clear();
        counts.AsSpan().Clear();
        return (cells, counts);
    }
}
