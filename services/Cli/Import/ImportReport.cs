namespace Mining.Cli.Import;

/// <summary>What an import did.</summary>
/// <param name="Files">The files that were found, in the order of the import.</param>
/// <param name="Refusals">Why rows were refused; a row with several faults stands here several times.</param>
/// <param name="Notices">What else a person should know, such as files that were not there.</param>
public sealed record ImportReport(IReadOnlyList<FileReport> Files, IReadOnlyList<RefusedRow> Refusals, IReadOnlyList<string> Notices)
{
    /// <summary>Whether nothing was refused.</summary>
    public bool IsComplete => Refusals.Count == 0;
}

/// <summary>What became of the rows of a file. The last four add up to the first.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Rows">Rows below the header.</param>
/// <param name="Imported">Rows that changed something.</param>
/// <param name="Unchanged">Rows of which everything was recorded before.</param>
/// <param name="Skipped">Rows that are no records of the mesh.</param>
/// <param name="Refused">Rows that were refused.</param>
public sealed record FileReport(string File, int Rows, int Imported, int Unchanged, int Skipped, int Refused);

/// <summary>Why a row was refused.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line on which the row begins, counted from 1, every line of the file.</param>
/// <param name="Column">The column at fault; empty when it is the row as a whole.</param>
/// <param name="Reason">What is wrong, in words.</param>
public sealed record RefusedRow(string File, int Line, string Column, string Reason);

/// <summary>How far an import has come.</summary>
/// <param name="File">The file that is being imported.</param>
/// <param name="DoneRows">Its rows that are done, refused and skipped ones among them.</param>
/// <param name="TotalRows">Its rows.</param>
public sealed record ImportProgress(string File, int DoneRows, int TotalRows);

/// <summary>
/// An import had to stop, since the mesh could not be reached or would not go on. What was imported stays; the same import, run again,
/// finishes the rest.
/// </summary>
public sealed class ImportStoppedException(ImportReport report, Exception cause)
    : Exception("The import stopped before its end. What was imported stays; run it again to finish it.", cause)
{
    /// <summary>What was done until then.</summary>
    public ImportReport Report { get; } = report;
}
