namespace Mining.Cli.Import;

/// <summary>Keeps the book of one file: what becomes of each row. Many calls run at once, so it is locked.</summary>
internal sealed class RowLedger(string file, int totalRows, IProgress<ImportProgress> progress)
{
    private readonly Lock gate = new();
    private readonly List<RefusedRow> refusals = [];
    private int imported;
    private int unchanged;
    private int skipped;
    private int refused;

    /// <summary>Records what became of a row: nothing new if <paramref name="changed"/> is false.</summary>
    public void Done(bool changed)
    {
        if (changed)
            Count(ref imported);
        else
            Count(ref unchanged);
    }

    /// <summary>Records that a row is no record of the mesh.</summary>
    public void Skip() => Count(ref skipped);

    /// <summary>Records that a row was refused, and every reason.</summary>
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

    /// <summary>The reasons in the order of the file, whatever order the answers came in.</summary>
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
            // Within the lock, so that progress never runs backwards.
            progress.Report(new ImportProgress(file, imported + unchanged + skipped + refused, totalRows));
        }
    }
}
