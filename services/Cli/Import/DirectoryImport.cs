using Grpc.Core;
using Mining.Cli.Shell;

namespace Mining.Cli.Import;

/// <summary>
/// Imports a folder of CSV files through the gateway's public APIs. The formats are those of the sample; the README of this program
/// describes them. Running it again changes nothing that is recorded, and finishes what was interrupted.
/// </summary>
public sealed class DirectoryImport(CallInvoker gateway, TimeProvider time)
{
    /// <summary>Files of the format that are for readers, and no data of the mesh.</summary>
    private static readonly string[] FilesForReaders = ["demand.csv", "prices.csv"];

    /// <summary>Runs an import with the system's clock.</summary>
    /// <param name="gateway">A connection to the gateway, such as <c>channel.CreateCallInvoker()</c>.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="progress">Is told of every row that is done, from several threads, one at a time for each file.</param>
    /// <param name="cancellation">Stops the import; what was imported stays.</param>
    /// <returns>What became of every row.</returns>
    /// <exception cref="UsageException">The folder does not exist or holds none of the files.</exception>
    /// <exception cref="ImportStoppedException">The mesh could not be reached, or would not go on.</exception>
    public static Task<ImportReport> Run(
        CallInvoker gateway, string directory, IProgress<ImportProgress> progress, CancellationToken cancellation) =>
        new DirectoryImport(gateway, TimeProvider.System).Run(directory, progress, cancellation);

    /// <summary>Runs the import: file by file, and within a file many rows at once. Of a file only the rows that are under way are in memory.</summary>
    /// <inheritdoc cref="Run(CallInvoker, string, IProgress{ImportProgress}, CancellationToken)"/>
    public async Task<ImportReport> Run(string directory, IProgress<ImportProgress> progress, CancellationToken cancellation)
    {
        if (!Directory.Exists(directory))
            throw new UsageException($"The folder {directory} does not exist.");
        var connection = new ImportGateway(gateway, time);
        // Each file after those that it refers to.
        IFileImport[] imports =
        [
            new RateImport(connection), new InvestorImport(connection), new ProjectImport(connection), new FacilityImport(connection),
            new CommitmentImport(connection),
        ];
        var present = imports.Where(import => File.Exists(Path.Combine(directory, import.Format.FileName))).ToList();
        if (present.Count == 0)
            throw new UsageException(
                $"The folder {directory} holds none of {string.Join(", ", imports.Select(import => import.Format.FileName))}.");

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
        notices.AddRange(known.Except(files).Select(name => $"{name} is not there, and was skipped."));
        var forReaders = files.Intersect(FilesForReaders).ToList();
        if (forReaders.Count > 0)
            notices.Add($"{string.Join(" and ", forReaders)}: no data of the mesh, left alone.");
        notices.AddRange(
            files.Except(known).Except(FilesForReaders).Select(name => $"{name} is none of the files of an import, and was left alone."));
        return notices;
    }

    /// <summary>What is known of all files so far.</summary>
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
                notices.Add($"{name}: the column {string.Join(", ", file.UnknownColumns)} is not known, and was left alone.");
            var rows = file.RowCount + file.Malformed.Count;
            ledger = new RowLedger(name, rows, progress);
            progress.Report(new ImportProgress(name, 0, rows));
            foreach (var row in file.Malformed)
                ledger.Refuse([row]);
            await import.LoadPresent(cancellation);
            await Parallel.ForEachAsync(
                import.UnitOfWork(Records(file.Rows()), ledger),
                new ParallelOptions { MaxDegreeOfParallelism = import.PartsAtOnce, CancellationToken = cancellation },
                async (work, token) => await work(token));
        }

        /// <summary>The rows that are records, each key once: which of two came first would otherwise be left to chance.</summary>
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
                    ledger.Refuse([new RefusedRow(name, row.Line, import.KeyColumns[0], $"{key} stands already on line {lines[key]}.")]);
            }
        }
    }
}
