using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>Exact sums by instrument, currency and party. A table locates each row, so adding takes constant time.</summary>
internal sealed class CellSums(int partyCount)
{
    private const int Instruments = Shares.Instruments.Count;

    /// <summary>By instrument and currency: the row number among the sums plus one; 0 if there is no row.</summary>
    private readonly short[] rowAt = new short[Instruments * CurrencyIndex.Count];
    private readonly List<int> usedRows = [];
    private Int128[] sums = new Int128[Instruments * partyCount];

    /// <param name="cells">The cells.</param>
    /// <param name="times">1 to add, -1 to subtract.</param>
    public void Add(ReadOnlySpan<Cell> cells, int times)
    {
        foreach (ref readonly var cell in cells)
            Row(cell.Instrument, cell.Currency)[cell.Party] += times * cell.MinorUnits;
    }

    /// <summary>Adds other sums, which may be negative.</summary>
    public void Add(CellSums others)
    {
        for (var row = 0; row < others.usedRows.Count; row++)
        {
            var (instrument, currency) = Math.DivRem(others.usedRows[row], CurrencyIndex.Count);
            var into = Row((byte)instrument, (byte)currency);
            for (var party = 0; party < partyCount; party++)
                into[party] += others.sums[row * partyCount + party];
        }
    }

    /// <summary>Appends the sums that are not zero as cells. A sum beyond 64 bits is split into several cells.</summary>
    public void AddTo(List<Cell> cells)
    {
        for (var row = 0; row < usedRows.Count; row++)
        {
            var (instrument, currency) = Math.DivRem(usedRows[row], CurrencyIndex.Count);
            for (var party = 0; party < partyCount; party++)
            {
                for (var rest = sums[row * partyCount + party]; rest > 0; rest -= cells[^1].MinorUnits)
                    cells.Add(new Cell((byte)instrument, (byte)currency, (byte)party, (long)Int128.Min(rest, long.MaxValue)));
            }
        }
    }

    /// <summary>Resets all sums to zero.</summary>
    public void Clear()
    {
        sums.AsSpan(0, usedRows.Count * partyCount).Clear();
        foreach (var row in usedRows)
            rowAt[row] = 0;
        usedRows.Clear();
    }

    /// <summary>The sums by party of a row; callers add to them.</summary>
    public Span<Int128> Row(byte instrument, byte currency)
    {
        ref var at = ref rowAt[instrument * CurrencyIndex.Count + currency];
        if (at == 0)
            at = Use(instrument * CurrencyIndex.Count + currency);
        return sums.AsSpan((at - 1) * partyCount, partyCount);
    }

    private short Use(int row)
    {
        usedRows.Add(row);
        if (usedRows.Count * partyCount > sums.Length)
            Array.Resize(ref sums, 2 * sums.Length);
        return (short)usedRows.Count;
    }
}
