namespace Mining.Cli.Import;

/// <summary>Counts the outcomes of the rows of one file. Thread-safe, because many calls run concurrently.</summary>
internal sealed class RowLedger(string file, int totalRows, IProgress<ImportProgress> progress)
{
    private readonly Lock gate = new();
    private readonly List<RefusedRow> refusals = [];
    private int imported;
    private int unchanged;
    private int skipped;
    private int refused;

    /// <summary>Records the success of a row; <paramref name="changed"/> tells whether it changed anything.</summary>
    public void Done(bool changed)
    {
        if (changed)
            Count(ref imported);
        else
            Count(ref unchanged);
    }

    /// <summary>Records that a row is not a record of the mesh.</summary>
    public void Skip() => Count(ref skipped);

    /// <summary>Records that a row was refused, with every reason.</summary>
    public void Refuse(IReadOnlyCollection<RefusedRow> reasons)
    {
        lock (gate)
            refusals.AddRange(reasons);
        Count(ref refused);
    }

    public FileReport Report()
    {
        lock (gate)
            return new FileReport(file, totalRows, imported, unchanged, skipped, refused);
    }

    /// <summary>The reasons, ordered by line.</summary>
    public IReadOnlyList<RefusedRow> Refusals()
    {
        lock (gate)
            return [.. refusals.OrderBy(refusal => refusal.Line)];
    }

    private void Count(ref int counter)
    {
        lock (gate)
        {
            counter++;
            // Inside the lock, so that progress never goes backwards.
            progress.Report(new ImportProgress(file, imported + unchanged + skipped + refused, totalRows));
        }
    }
}
