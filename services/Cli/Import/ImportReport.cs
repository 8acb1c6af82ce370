namespace Mining.Cli.Import;

/// <summary>The result of an import.</summary>
/// <param name="Files">The files that were found, in import order.</param>
/// <param name="Refusals">The reasons for refused rows; a row with several errors has several entries.</param>
/// <param name="Notices">Other remarks for the user, such as missing files.</param>
public sealed record ImportReport(IReadOnlyList<FileReport> Files, IReadOnlyList<RefusedRow> Refusals, IReadOnlyList<string> Notices)
{
    /// <summary>Whether nothing was refused.</summary>
    public bool IsComplete => Refusals.Count == 0;
}

/// <summary>The counts of a file's rows. The last four add up to the first.</summary>
/// <param name="File">The file name.</param>
/// <param name="Rows">Rows below the header.</param>
/// <param name="Imported">Rows that changed something.</param>
/// <param name="Unchanged">Rows that were already recorded completely.</param>
/// <param name="Skipped">Rows that are not records of the mesh.</param>
/// <param name="Refused">Rows that were refused.</param>
public sealed record FileReport(string File, int Rows, int Imported, int Unchanged, int Skipped, int Refused);

/// <summary>A reason for which a row was refused.</summary>
/// <param name="File">The file name.</param>
/// <param name="Line">The first line of the row, from 1; every line of the file counts.</param>
/// <param name="Column">The column with the error; empty if the error concerns the whole row.</param>
/// <param name="Reason">The error as text.</param>
public sealed record RefusedRow(string File, int Line, string Column, string Reason);

/// <summary>The progress of an import.</summary>
/// <param name="File">The current file.</param>
/// <param name="DoneRows">Its completed rows, including refused and skipped ones.</param>
/// <param name="TotalRows">All its rows.</param>
public sealed record ImportProgress(string File, int DoneRows, int TotalRows);

/// <summary>
/// The import stopped because the mesh was unreachable or refused to continue. Imported rows are kept; running the same import again
/// completes it.
/// </summary>
public sealed class ImportStoppedException(ImportReport report, Exception cause)
    : Exception("The import stopped early. Imported rows are kept; run the import again to complete it.", cause)
{
    /// <summary>The report up to the stop.</summary>
    public ImportReport Report { get; } = report;
}
