using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Cli.Import;

/// <summary>What a row asks for beyond its record.</summary>
/// <param name="Text">What it is, for the report of a refusal: "signing it".</param>
/// <param name="Command">The command.</param>
internal sealed record RowStep<TCommand>(string Text, TCommand Command);

/// <summary>
/// Imports a file in which each row is one record of the mesh. Many rows go together: their records in one batch, then the next step of
/// each in another, since a step must not be taken where the record is not that of the row.
/// </summary>
/// <typeparam name="T">The record as the API has it.</typeparam>
/// <typeparam name="TCommand">A row of the service's batches.</typeparam>
internal abstract class RecordImport<T, TCommand>(ImportGateway gateway) : IFileImport
    where T : class, IMessage<T>, new()
    where TCommand : IMessage
{
    /// <summary>How many records are looked at more closely at once, in each part.</summary>
    private const int ReadAtOnce = ImportGateway.MaxConcurrentCalls / ImportGateway.MaxConcurrentBatches;

    private readonly Dictionary<string, T> present = new(StringComparer.Ordinal);

    public abstract CsvFormat Format { get; }

    public abstract IReadOnlyList<string> KeyColumns { get; }

    public int PartsAtOnce => ImportGateway.MaxConcurrentBatches;

    /// <summary>The columns behind the fields of the API.</summary>
    protected abstract RowRefusal Refusal { get; }

    /// <summary>The fields that a row decides: if they are alike, the record is what the row says.</summary>
    protected abstract IReadOnlyList<string> ComparedFields { get; }

    protected ImportGateway Gateway { get; } = gateway;

    public virtual bool IsRecord(CsvRow row) => true;

    public async Task LoadPresent(CancellationToken cancellation)
    {
        await foreach (var page in List(cancellation))
        {
            foreach (var record in page)
                present[NameOf(record)] = Remembered(record);
        }
    }

    public IEnumerable<Func<CancellationToken, Task>> UnitOfWork(IEnumerable<CsvRow> rows, RowLedger ledger) =>
        rows.Chunk(ImportGateway.RowsInBatch).Select(some => (Func<CancellationToken, Task>)(cancellation => Import(some, ledger, cancellation)));

    /// <summary>The record that a row says; what cannot be read goes into the reader's problems.</summary>
    protected abstract T Map(RowReader reader);

    /// <summary>The collection's part of the names.</summary>
    protected abstract string Collection { get; }

    protected abstract string NameOf(T record);

    protected abstract IAsyncEnumerable<IEnumerable<T>> List(CancellationToken cancellation);

    protected abstract TCommand Create(string id, T record, string requestId);

    protected abstract Task<T> Get(string name, CancellationToken cancellation);

    protected abstract AsyncUnaryCall<BatchWriteResponse> Send(Shell.Gateway clients, IEnumerable<TCommand> commands, CallOptions options);

    /// <summary>What has to be known of a recorded one while the file is imported: as little as possible, for there may be many.</summary>
    protected virtual T Remembered(T record) => Nothing;

    /// <summary>A record of which nothing needs to be known.</summary>
    protected static T Nothing { get; } = new();

    /// <summary>What the row asks for beyond its record and is not recorded yet; each is sent when the one before was accepted.</summary>
    /// <exception cref="RowRefusedException">It is recorded otherwise.</exception>
    protected virtual IEnumerable<RowStep<TCommand>> Steps(CsvRow row, T recorded) => [];

    private async Task Import(CsvRow[] rows, RowLedger ledger, CancellationToken cancellation)
    {
        var open = Those([.. rows.Select(row => new OpenRow(row, row[KeyColumns[0]]))], ledger, IsReadable);
        await Send(open, row => Create(row.Id, row.Record, RequestId.Of("create", row.Row)), cancellation);
        await Parallel.ForEachAsync(
            open.Where(row => IsTaken(row.Outcome)),
            new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellation },
            async (row, token) => await Read(row, token));
        open = Those(open, ledger, IsRecorded);
        while ((open = Those(open, ledger, row => HasNext(row, ledger))).Count > 0)
        {
            await Send(open, row => row.Step.Command, cancellation);
            open = Those(open, ledger, row => IsDone(row, row.Step.Text));
        }
    }

    /// <summary>Sends a command of each row.</summary>
    private async Task Send(List<OpenRow> rows, Func<OpenRow, TCommand> command, CancellationToken cancellation)
    {
        if (rows.Count == 0)
            return;
        var outcomes = await Gateway.Batch(rows.ConvertAll(row => command(row)), Send, cancellation);
        foreach (var (row, outcome) in rows.Zip(outcomes))
            row.Outcome = outcome;
    }

    /// <summary>Reads the record that has a row's id.</summary>
    private async Task Read(OpenRow row, CancellationToken cancellation)
    {
        try
        {
            row.Existing = await Get($"{Collection}/{row.Id}", cancellation);
        }
        catch (RpcException exception) when (RowRefusal.StatusOf(exception) is var status && RowRefusal.IsAboutRow(status))
        {
            row.Outcome = new() { Refusal = status };
        }
    }

    /// <summary>The rows that go on; those that are refused are booked.</summary>
    private static List<OpenRow> Those(List<OpenRow> rows, RowLedger ledger, Predicate<OpenRow> goesOn) => rows.FindAll(row =>
    {
        try
        {
            return goesOn(row);
        }
        catch (RowRefusedException exception)
        {
            ledger.Refuse(exception.Reasons);
            return false;
        }
    });

    private bool IsReadable(OpenRow row)
    {
        var reader = new RowReader(row.Row);
        row.Record = Map(reader);
        if (reader.Problems.Count > 0)
            throw new RowRefusedException(reader.Problems);
        return true;
    }

    /// <summary>
    /// Within the lifetime of the request id the server repeats its first answer. Later it says that the id of the record is taken: then
    /// the record is compared with the row.
    /// </summary>
    private bool IsRecorded(OpenRow row)
    {
        var before = present.GetValueOrDefault($"{Collection}/{row.Id}");
        row.IsChanged = before is null;
        row.Steps = Steps(row.Row, before ?? row.Existing ?? Nothing).GetEnumerator();
        if (row.Existing is not { } existing)
            return IsDone(row, step: "");
        var differing = ComparedFields.Where(field => !Alike(row.Record, existing, field)).ToList();
        if (differing.Count == 0)
            return true;
        var fields = string.Join(", ", differing.Select(field => field.Replace('_', ' ')));
        throw new RowRefusedException(
        [
            new RefusedRow(
                row.Row.File, row.Row.Line, Refusal.ColumnOf(differing[0]),
                $"{Collection}/{row.Id} is recorded already, with another {fields}; an import changes no records."),
        ]);
    }

    /// <summary>Whether there is another step; a row without one is done.</summary>
    private static bool HasNext(OpenRow row, RowLedger ledger)
    {
        if (row.Steps.MoveNext())
            return true;
        ledger.Done(row.IsChanged);
        return false;
    }

    private bool IsDone(OpenRow row, string step)
    {
        if (row.Outcome.Refusal is not { } refusal)
        {
            row.IsChanged |= step.Length > 0;
            return true;
        }

        throw RowRefusal.IsAboutRow(refusal) ? new RowRefusedException(Refusal.Reasons(row.Row, refusal, step)) : refusal.ToRpcException();
    }

    /// <summary>The id is taken; or the request id is, by this row as another version of this program read it.</summary>
    private static bool IsTaken(BatchWriteResult outcome) => outcome.Refusal is { } refusal
        && ((StatusCode)refusal.Code == StatusCode.AlreadyExists || refusal.GetDetail<ErrorInfo>()?.Reason == "REQUEST_ID_REUSED");

    private static bool Alike(T left, T right, string fieldName)
    {
        var field = left.Descriptor.FindFieldByName(fieldName);
        return Equals(field.Accessor.GetValue(left), field.Accessor.GetValue(right));
    }

    /// <summary>A row that is under way.</summary>
    private sealed class OpenRow(CsvRow row, string id)
    {
        public CsvRow Row => row;

        public string Id => id;

        /// <summary>What the row says.</summary>
        public T Record { get; set; } = Nothing;

        /// <summary>What became of the command that was sent last.</summary>
        public BatchWriteResult Outcome { get; set; } = new();

        /// <summary>The record that has its id, where that was taken.</summary>
        public T? Existing { get; set; }

        /// <summary>What is to be done beyond the record.</summary>
        public IEnumerator<RowStep<TCommand>> Steps { get; set; } = Enumerable.Empty<RowStep<TCommand>>().GetEnumerator();

        public RowStep<TCommand> Step => Steps.Current;

        /// <summary>Whether the row has changed anything.</summary>
        public bool IsChanged { get; set; }
    }
}
