namespace Mining.Cli.Import;

/// <summary>The import of one kind of file.</summary>
internal interface IFileImport
{
    /// <summary>The format of the file.</summary>
    CsvFormat Format { get; }

    /// <summary>The columns that identify a row; a row that repeats them is refused.</summary>
    IReadOnlyList<string> KeyColumns { get; }

    /// <summary>Whether a row is a record of the mesh; other rows are skipped.</summary>
    bool IsRecord(CsvRow row) => true;

    /// <summary>Loads the existing records, so that unchanged rows can be recognised.</summary>
    Task LoadExisting(CancellationToken cancellation);

    /// <summary>How many units of work run concurrently.</summary>
    int MaxConcurrency { get; }

    /// <summary>The units of work, created lazily. Each reports its rows to the ledger.</summary>
    IEnumerable<Func<CancellationToken, Task>> PrepareUnitsOfWork(IEnumerable<CsvRow> rows, RowLedger ledger);
}

/// <summary>Thrown for a refused row, with the reasons.</summary>
internal sealed class RowRefusedException(IReadOnlyList<RefusedRow> reasons) : Exception("The row is refused.")
{
    public IReadOnlyList<RefusedRow> Reasons { get; } = reasons;
}
