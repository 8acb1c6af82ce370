using Grpc.Core;
using Mining.Cli.Shell;

namespace Mining.Cli.Import;

/// <summary>
/// Imports a folder of CSV files through the gateway's public APIs. The README of this program describes the formats. Repeating an
/// import changes no recorded data and completes an interrupted import.
/// </summary>
public sealed class DirectoryImport(CallInvoker gateway, TimeProvider time)
{
    /// <summary>Files of the folder that are only for human readers.</summary>
    private static readonly string[] FilesForReaders = ["demand.csv", "prices.csv"];

    /// <summary>Runs an import with the system clock.</summary>
    /// <param name="gateway">A connection to the gateway, such as <c>channel.CreateCallInvoker()</c>.</param>
    /// <param name="directory">The folder of CSV files.</param>
    /// <param name="progress">Receives every completed row, from several threads, but one at a time for each file.</param>
    /// <param name="cancellation">Stops the import; imported rows are kept.</param>
    /// <returns>The outcome of every row.</returns>
    /// <exception cref="UsageException">The folder does not exist or contains none of the files.</exception>
    /// <exception cref="ImportStoppedException">The mesh became unreachable or refused to continue.</exception>
    public static Task<ImportReport> Run(
        CallInvoker gateway, string directory, IProgress<ImportProgress> progress, CancellationToken cancellation) =>
        new DirectoryImport(gateway, TimeProvider.System).Run(directory, progress, cancellation);

    /// <summary>Imports one file after another, and many rows of a file at once. Memory holds only the rows in progress.</summary>
    /// <inheritdoc cref="Run(CallInvoker, string, IProgress{ImportProgress}, CancellationToken)"/>
    public async Task<ImportReport> Run(string directory, IProgress<ImportProgress> progress, CancellationToken cancellation)
    {
        if (!Directory.Exists(directory))
            throw new UsageException($"The folder {directory} does not exist.");
        var connection = new ImportGateway(gateway, time);
        // Each file follows the files that it refers to.
        IFileImport[] imports =
        [
            new RateImport(connection), new InvestorImport(connection), new ProjectImport(connection), new FacilityImport(connection),
            new CommitmentImport(connection),
        ];
        var present = imports.Where(import => File.Exists(Path.Combine(directory, import.Format.FileName))).ToList();
        if (present.Count == 0)
            throw new UsageException(
                $"The folder {directory} contains none of {string.Join(", ", imports.Select(import => import.Format.FileName))}.");

        var book = new Book(Notices(directory, imports));
        foreach (var import in present)
        {
            var run = new FileRun(import, progress);
            try
            {
                await run.Import(Path.Combine(directory, import.Format.FileName), cancellation);
            }
            catch (RpcException exception) when (!cancellation.IsCancellationRequested)
            {
                book.Add(run);
                throw new ImportStoppedException(book.Close(), exception);
            }

            book.Add(run);
        }

        return book.Close();
    }

    private static List<string> Notices(string directory, IFileImport[] imports)
    {
        var notices = new List<string>();
        var files = Directory.EnumerateFiles(directory, "*.csv").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)
            .ToList();
        var known = imports.Select(import => import.Format.FileName).ToList();
        notices.AddRange(known.Except(files).Select(name => $"{name} is missing and was skipped."));
        var forReaders = files.Intersect(FilesForReaders).ToList();
        if (forReaders.Count > 0)
            notices.Add($"{string.Join(" and ", forReaders)}: for reference only, not imported.");
        notices.AddRange(
            files.Except(known).Except(FilesForReaders).Select(name => $"{name} is not a file of an import and was ignored."));
        return notices;
    }

    /// <summary>The totals of all files so far.</summary>
    private sealed class Book(List<string> notices)
    {
        private readonly List<FileReport> files = [];
        private readonly List<RefusedRow> refusals = [];

        public void Add(FileRun run)
        {
            files.Add(run.Report);
            refusals.AddRange(run.Refusals);
            notices.AddRange(run.Notices);
        }

        public ImportReport Close() => new(files, refusals, notices);
    }

    /// <summary>The import of one file.</summary>
    private sealed class FileRun(IFileImport import, IProgress<ImportProgress> progress)
    {
        private readonly string name = import.Format.FileName;
        private readonly List<RefusedRow> fileProblems = [];
        private readonly List<string> notices = [];
        private RowLedger ledger = new(import.Format.FileName, 0, progress);

        public FileReport Report => ledger.Report();

        public IEnumerable<RefusedRow> Refusals => fileProblems.Concat(ledger.Refusals());

        public IEnumerable<string> Notices => notices;

        public async Task Import(string path, CancellationToken cancellation)
        {
            CsvFile file;
            try
            {
                file = CsvFile.Open(path, import.Format);
            }
            catch (CsvFileException exception)
            {
                fileProblems.Add(new RefusedRow(name, exception.Line, exception.Column, exception.Message));
                return;
            }

            if (file.UnknownColumns.Count > 0)
                notices.Add($"{name}: ignored unknown column {string.Join(", ", file.UnknownColumns)}.");
            var rows = file.RowCount + file.Malformed.Count;
            ledger = new RowLedger(name, rows, progress);
            progress.Report(new ImportProgress(name, 0, rows));
            foreach (var row in file.Malformed)
                ledger.Refuse([row]);
            await import.LoadExisting(cancellation);
            await Parallel.ForEachAsync(
                import.PrepareUnitsOfWork(Records(file.Rows()), ledger),
                new ParallelOptions { MaxDegreeOfParallelism = import.MaxConcurrency, CancellationToken = cancellation },
                async (work, token) => await work(token));
        }

        /// <summary>The rows that are records. A repeated key is refused, because rows are not imported in a fixed order.</summary>
        private IEnumerable<CsvRow> Records(IEnumerable<CsvRow> rows)
        {
            var lines = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var row in rows)
            {
                var key = string.Join(", ", import.KeyColumns.Select(column => row[column]));
                if (!import.IsRecord(row))
                    ledger.Skip();
                else if (lines.TryAdd(key, row.Line))
                    yield return row;
                else
                    ledger.Refuse([new RefusedRow(name, row.Line, import.KeyColumns[0], $"{key} is already on line {lines[key]}.")]);
            }
        }
    }
}
