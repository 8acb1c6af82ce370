using Mining.Gateway.ReadModel;

namespace Mining.Gateway.Shares;

/// <summary>Exact sums by instrument, currency and party. Every place is laid out, so that adding is a single step.</summary>
internal sealed class CellSums(int partyCount)
{
    private const int Instruments = Shares.Instruments.Count;

    private readonly Int128[] sums = new Int128[Instruments * CurrencyIndex.Count * partyCount];
    private readonly bool[] isUsed = new bool[Instruments * CurrencyIndex.Count];
    private readonly List<int> usedRows = [];

    /// <param name="cells">Sums.</param>
    /// <param name="times">1 adds them, -1 takes out what was added before.</param>
    public void Add(ReadOnlySpan<Cell> cells, int times)
    {
        foreach (ref readonly var cell in cells)
            Row(cell.Instrument, cell.Currency)[cell.Party] += times * cell.MinorUnits;
    }

    /// <summary>Adds the sums that are not zero, as cells. One beyond 64 bits comes in several.</summary>
    public void AddTo(List<Cell> cells)
    {
        foreach (var row in usedRows)
        {
            var (instrument, currency) = Math.DivRem(row, CurrencyIndex.Count);
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
        foreach (var row in usedRows)
        {
            sums.AsSpan(row * partyCount, partyCount).Clear();
            isUsed[row] = false;
        }

        usedRows.Clear();
    }

    /// <summary>The sums of the parties, to which may be added.</summary>
    public Span<Int128> Row(byte instrument, byte currency)
    {
        var row = instrument * CurrencyIndex.Count + currency;
        if (!isUsed[row])
        {
            isUsed[row] = true;
            usedRows.Add(row);
        }

        return sums.AsSpan(row * partyCount, partyCount);
    }
}
