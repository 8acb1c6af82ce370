using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>
/// One measure over a set of commitments: their number, and exact sums in minor units by currency and party. Sums are converted only
/// when they are complete.
/// </summary>
internal sealed class Tally(int partyCount)
{
    private const int Room = 8;

    private byte[] currencies = [];
    private int rows;
    private Int128[] sums = [];
    private Counts counts;
    private ProjectNode? lastProject;

    /// <summary>Commitments that count, including undisclosed and undated ones.</summary>
    public Counts Counts => counts;

    /// <summary>Projects with at least one commitment that counts.</summary>
    public int ProjectCount { get; set; }

    /// <summary>The currencies of the sums, ordered by code.</summary>
    public ReadOnlySpan<byte> Currencies => currencies.AsSpan(0, rows);

    /// <summary>The sum of one currency for one party.</summary>
    public Int128 Sum(int currencyRow, int party) => sums[currencyRow * partyCount + party];

    /// <summary>Adds a published total of hidden commitments. Their projects are unknown, so no project is counted.</summary>
    public void Add(PublishedTotal total, int measure, PartnershipFacts partnership)
    {
        counts.Add(new(total.Counts[measure], 0, 0));
        if (total.MinorUnits[measure] > 0)
            SumsOf(total.Currency)[partnership.PartyOfSide(total.SideId)] += total.MinorUnits[measure];
    }

    /// <summary>Adds a commitment, and counts its project once. Commitments must be added project by project.</summary>
    public void Add(ProjectNode project, in CommitmentFacts commitment, long minorUnits, Attribution attribution)
    {
        ProjectCount += lastProject == project ? 0 : 1;
        lastProject = project;
        var isUndisclosed = minorUnits == MeasureAmounts.Undisclosed;
        counts.Add(new(1, isUndisclosed ? 1 : 0, commitment.IsUndated ? 1 : 0));
        if (!isUndisclosed)
            attribution.Add(minorUnits, SumsOf(commitment.Currency));
    }

    /// <summary>Adds a project's commitments of some instruments, and counts the project if it has any.</summary>
    public void Add(ProjectFigures project, int measure, InstrumentSet instruments)
    {
        var before = counts.Commitments;
        for (var instrument = 0; instrument < Instruments.Count; instrument++)
        {
            if (instruments.Contains(instrument))
                counts.Add(project.Counts(measure, instrument));
        }

        ProjectCount += counts.Commitments > before ? 1 : 0;
        Add(project.Cells(measure), instruments);
    }

    /// <summary>Adds money without counts.</summary>
    public void Add(ReadOnlySpan<Cell> cells, InstrumentSet instruments)
    {
        foreach (ref readonly var cell in cells)
        {
            if (instruments.Contains(cell.Instrument))
                SumsOf(cell.Currency)[cell.Party] += cell.MinorUnits;
        }
    }

    /// <summary>Adds money without counts.</summary>
    public void Add(byte currency, byte party, long minorUnits) => SumsOf(currency)[party] += minorUnits;

    /// <summary>Resets everything to zero.</summary>
    public void Clear() => (rows, counts, ProjectCount, lastProject) = (0, default, 0, null);

    /// <summary>The number of parties with money in it, except one of them.</summary>
    public int CountParties(int but)
    {
        var count = 0;
        for (var party = 0; party < partyCount; party++)
        {
            for (var row = 0; row < rows && party != but; row++)
            {
                if (Sum(row, party) <= 0)
                    continue;
                count++;
                break;
            }
        }

        return count;
    }

    public void Add(Counts other) => counts.Add(other);

    /// <summary>Adds the tally of other projects.</summary>
    public Tally And(Tally further)
    {
        counts.Add(further.counts);
        ProjectCount += further.ProjectCount;
        for (var row = 0; row < further.rows; row++)
        {
            var into = SumsOf(further.currencies[row]);
            for (var party = 0; party < partyCount; party++)
                into[party] += further.Sum(row, party);
        }

        return this;
    }

    private Span<Int128> SumsOf(byte currency)
    {
        var row = RowOf(currency);
        if (row < 0)
            Insert(row = ~row, currency);
        return sums.AsSpan(row * partyCount, partyCount);
    }

    /// <summary>The index of a currency, or the complement of where to insert it; usually at the end, because cells are ordered.</summary>
    private int RowOf(byte currency)
    {
        if (rows == 0 || currencies[rows - 1] < currency)
            return ~rows;
        return currencies[rows - 1] == currency ? rows - 1 : currencies.AsSpan(0, rows).BinarySearch(currency);
    }

    /// <summary>Inserts a currency. There are few, so moving the others is cheap.</summary>
    private void Insert(int row, byte currency)
    {
        if (rows == currencies.Length)
        {
            Array.Resize(ref currencies, rows + Room);
            Array.Resize(ref sums, (rows + Room) * partyCount);
        }

        currencies.AsSpan(row, rows - row).CopyTo(currencies.AsSpan(row + 1));
        sums.AsSpan(row * partyCount, (rows - row) * partyCount).CopyTo(sums.AsSpan((row + 1) * partyCount));
        currencies[row] = currency;
        sums.AsSpan(row * partyCount, partyCount).Clear();
        rows++;
    }
}
