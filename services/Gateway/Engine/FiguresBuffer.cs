using Mining.Gateway.Facts;
using Mining.Gateway.Shares;

namespace Mining.Gateway.Engine;

/// <summary>
/// Where figures are written that are thrown away before the next ones are: a scan of a day of the past leaves no garbage of the size of
/// all cells behind.
/// </summary>
internal sealed class FiguresBuffer
{
    private readonly Counts[] counts = ProjectFigures.NoCounts();
    private Cell[] cells = [];

    /// <summary>Where each measure's cells end.</summary>
    public int[] CellEnds { get; } = new int[MeasureAmounts.Measures.Length];

    /// <summary>Room for so many cells, and counts of zero.</summary>
    public (Cell[] Cells, Counts[] Counts) Reserve(int cellCount)
    {
        if (cells.Length < cellCount)
            cells = new Cell[cellCount];
        CellEnds.AsSpan().Clear();
        counts.AsSpan().Clear();
        return (cells, counts);
    }
}
