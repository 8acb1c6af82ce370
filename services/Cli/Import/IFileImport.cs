namespace Mining.Cli.Import;

/// <summary>How one kind of file gets into the mesh.</summary>
internal interface IFileImport
{
    /// <summary>What the file looks like.</summary>
    CsvFormat Format { get; }

    /// <summary>The columns that tell one row from another; a row that repeats them is refused.</summary>
    IReadOnlyList<string> KeyColumns { get; }

    /// <summary>Whether a row is a record of the mesh; the others are skipped.</summary>
    bool IsRecord(CsvRow row) => true;

    /// <summary>Asks the mesh what it has, so that rows that change nothing can be told from those that do.</summary>
    Task LoadPresent(CancellationToken cancellation);

    /// <summary>How many parts of the work run at the same time.</summary>
    int PartsAtOnce { get; }

    /// <summary>The work, in parts that are asked for when there is room for one. Each accounts for its rows in the ledger.</summary>
    IEnumerable<Func<CancellationToken, Task>> UnitOfWork(IEnumerable<CsvRow> rows, RowLedger ledger);
}

/// <summary>A row is refused; it carries the reasons.</summary>
internal sealed class RowRefusedException(IReadOnlyList<RefusedRow> reasons) : Exception("A row is refused.")
{
    public IReadOnlyList<RefusedRow> Reasons { get; } = reasons;
}
