using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Cli.Import;

/// <summary>A command of a row that follows the creation of its record.</summary>
/// <param name="Text">The name of the step for a refusal: "its signing".</param>
/// <param name="Command">The command.</param>
internal sealed record RowStep<TCommand>(string Text, TCommand Command);

/// <summary>
/// Imports a file in which each row is one record of the mesh. Many rows are sent together: first their records in one batch, then
/// the next step of each in another, because a step must only be taken if the record matches the row.
/// </summary>
/// <typeparam name="T">The API's type of the record.</typeparam>
/// <typeparam name="TCommand">A row of the service's batch.</typeparam>
internal abstract class RecordImport<T, TCommand>(ImportGateway gateway) : IFileImport
    where T : class, IMessage<T>, new()
    where TCommand : IMessage
{
    /// <summary>Maximum number of existing records that a unit of work compares at once.</summary>
    private const int ReadAtOnce = ImportGateway.MaxConcurrentCalls / ImportGateway.MaxConcurrentBatches;

    private readonly Dictionary<string, T> present = new(StringComparer.Ordinal);

    public abstract CsvFormat Format { get; }

    public abstract IReadOnlyList<string> KeyColumns { get; }

    public int MaxConcurrency => ImportGateway.MaxConcurrentBatches;

    /// <summary>The columns for the fields of the API.</summary>
    protected abstract RowRefusal Refusal { get; }

    /// <summary>The fields that a row defines: if they are equal, the record matches the row.</summary>
    protected abstract IReadOnlyList<string> ComparedFields { get; }

    protected ImportGateway Gateway { get; } = gateway;

    public virtual bool IsRecord(CsvRow row) => true;

    public async Task LoadExisting(CancellationToken cancellation)
    {
        await foreach (var page in List(cancellation))
        {
            foreach (var record in page)
                present[NameOf(record)] = Remembered(record);
        }
    }

    public IEnumerable<Func<CancellationToken, Task>> PrepareUnitsOfWork(IEnumerable<CsvRow> rows, RowLedger ledger) =>
        rows.Chunk(ImportGateway.RowsPerBatch).Select(some => (Func<CancellationToken, Task>)(cancellation => Import(some, ledger, cancellation)));

    /// <summary>Converts a row to a record; errors are added to the reader's problems.</summary>
    protected abstract T Map(RowReader reader);

    /// <summary>The collection part of resource names.</summary>
    protected abstract string Collection { get; }

    protected abstract string NameOf(T record);

    protected abstract IAsyncEnumerable<IEnumerable<T>> List(CancellationToken cancellation);

    protected abstract TCommand Create(string id, T record, string requestId);

    protected abstract Task<T> Get(string name, CancellationToken cancellation);

    protected abstract AsyncUnaryCall<BatchWriteResponse> Send(Shell.Gateway clients, IEnumerable<TCommand> commands, CallOptions options);

    /// <summary>The part of an existing record to keep in memory during the import. Keep it small; there may be many records.</summary>
    protected virtual T Remembered(T record) => Nothing;

    /// <summary>A record of which nothing needs to be kept.</summary>
    protected static T Nothing { get; } = new();

    /// <summary>The steps that the row requires and that are not recorded yet. Each is sent after the previous one was accepted.</summary>
    /// <exception cref="RowRefusedException">A step is recorded with other values.</exception>
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

    /// <summary>Sends one command for each row.</summary>
    private async Task Send(List<OpenRow> rows, Func<OpenRow, TCommand> command, CancellationToken cancellation)
    {
        if (rows.Count == 0)
            return;
        var outcomes = await Gateway.Batch(rows.ConvertAll(row => command(row)), Send, cancellation);
        foreach (var (row, outcome) in rows.Zip(outcomes))
            row.Outcome = outcome;
    }

    /// <summary>Loads the record that has a row's id.</summary>
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

    /// <summary>Returns the rows that continue, and reports the refused ones to the ledger.</summary>
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
    /// While the request id is remembered, the server repeats its first response. After that it reports that the record's id is taken;
    /// then the record is compared with the row.
    /// </summary>
    private bool IsRecorded(OpenRow row)
    {
        var before = present.GetValueOrDefault($"{Collection}/{row.Id}");
        row.IsChanged = before is null;
        row.Steps = Steps(row.Row, before ?? row.Existing ?? Nothing).GetEnumerator();
        if (row.Existing is not { } existing)
            return IsDone(row, step: "");
        var differing = ComparedFields.Where(field => !FieldEquals(row.Record, existing, field)).ToList();
        if (differing.Count == 0)
            return true;
        var fields = string.Join(", ", differing.Select(field => field.Replace('_', ' ')));
        throw new RowRefusedException(
        [
            new RefusedRow(
                row.Row.File, row.Row.Line, Refusal.ColumnOf(differing[0]),
                $"{Collection}/{row.Id} is already recorded with a different {fields}; an import does not change records."),
        ]);
    }

    /// <summary>Moves to the next step. A row without one is complete.</summary>
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

    /// <summary>Whether the record's id is taken, or the request id was used for this row by another version of this program.</summary>
    private static bool IsTaken(BatchWriteResult outcome) => outcome.Refusal is { } refusal
        && ((StatusCode)refusal.Code == StatusCode.AlreadyExists || refusal.GetDetail<ErrorInfo>()?.Reason == "REQUEST_ID_REUSED");

    private static bool FieldEquals(T left, T right, string fieldName)
    {
        var field = left.Descriptor.FindFieldByName(fieldName);
        return Equals(field.Accessor.GetValue(left), field.Accessor.GetValue(right));
    }

    /// <summary>A row in progress.</summary>
    private sealed class OpenRow(CsvRow row, string id)
    {
        public CsvRow Row => row;

        public string Id => id;

        /// <summary>The record as the row defines it.</summary>
        public T Record { get; set; } = Nothing;

        /// <summary>The result of the last command.</summary>
        public BatchWriteResult Outcome { get; set; } = new();

        /// <summary>The existing record with the same id, if the id was taken.</summary>
        public T? Existing { get; set; }

        /// <summary>The steps after the creation.</summary>
        public IEnumerator<RowStep<TCommand>> Steps { get; set; } = Enumerable.Empty<RowStep<TCommand>>().GetEnumerator();

        public RowStep<TCommand> Step => Steps.Current;

        /// <summary>Whether the row has changed anything.</summary>
        public bool IsChanged { get; set; }
    }
}
