using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>Exact sums by instrument, currency and party. Where each is lies in a table, so that adding is a step or two.</summary>
internal sealed class CellSums(int partyCount)
{
    private const int Instruments = Shares.Instruments.Count;

    /// <summary>By instrument and currency: one more than the place of its row among the sums; 0 while it has none.</summary>
    private readonly short[] rowAt = new short[Instruments * CurrencyIndex.Count];
    private readonly List<int> usedRows = [];
    private Int128[] sums = new Int128[Instruments * partyCount];

    /// <param name="cells">Sums.</param>
    /// <param name="times">1 adds them, -1 takes out what was added before.</param>
    public void Add(ReadOnlySpan<Cell> cells, int times)
    {
        foreach (ref readonly var cell in cells)
            Row(cell.Instrument, cell.Currency)[cell.Party] += times * cell.MinorUnits;
    }

    /// <summary>Adds other sums, be they of what was taken out.</summary>
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

    /// <summary>Adds the sums that are not zero, as cells. One beyond 64 bits comes in several.</summary>
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

    /// <summary>Begins anew at zero.</summary>
    public void Clear()
    {
        sums.AsSpan(0, usedRows.Count * partyCount).Clear();
        foreach (var row in usedRows)
            rowAt[row] = 0;
        usedRows.Clear();
    }

    /// <summary>The sums of the parties, to which may be added.</summary>
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
