using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Mining.Cli.Import;

/// <summary>Imports a file in which each row is one record of the mesh.</summary>
/// <typeparam name="T">The record as the API has it.</typeparam>
internal abstract class RecordImport<T>(ImportGateway gateway) : IFileImport
    where T : class, IMessage<T>
{
    private readonly Dictionary<string, T> present = new(StringComparer.Ordinal);

    public abstract CsvFormat Format { get; }

    public abstract IReadOnlyList<string> KeyColumns { get; }

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
                present[NameOf(record)] = record;
        }
    }

    public IEnumerable<Func<CancellationToken, Task>> Work(IReadOnlyList<CsvRow> rows, RowLedger ledger) =>
        rows.Select(row => (Func<CancellationToken, Task>)(cancellation => Import(row, ledger, cancellation)));

    /// <summary>The record that a row says; what cannot be read goes into the reader's problems.</summary>
    protected abstract T Map(RowReader reader);

    /// <summary>The collection's part of the names.</summary>
    protected abstract string Collection { get; }

    protected abstract string NameOf(T record);

    protected abstract IAsyncEnumerable<IEnumerable<T>> List(CancellationToken cancellation);

    protected abstract Task<T> Create(string id, T record, string requestId, CancellationToken cancellation);

    protected abstract Task<T> Get(string name, CancellationToken cancellation);

    /// <summary>Does what the row asks for beyond the creation. Answers whether that changed anything.</summary>
    protected virtual Task<bool> Continue(CsvRow row, T state, CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>Runs a command of a row; a refusal becomes reasons with columns.</summary>
    protected async Task<T> Step(CsvRow row, string step, Func<Task<T>> command)
    {
        try
        {
            return await command();
        }
        catch (RpcException exception) when (RowRefusal.IsAboutRow(exception))
        {
            throw new RowRefusedException(Refusal.Reasons(row, exception, step));
        }
    }

    private async Task Import(CsvRow row, RowLedger ledger, CancellationToken cancellation)
    {
        var reader = new RowReader(row);
        var record = Map(reader);
        if (reader.Problems.Count > 0)
        {
            ledger.Refuse(reader.Problems);
            return;
        }

        try
        {
            var id = row.Cells[KeyColumns[0]];
            var before = present.GetValueOrDefault($"{Collection}/{id}");
            var created = await Step(row, "", () => CreateOrRecognise(row, id, record, cancellation));
            var continued = await Continue(row, before ?? created, cancellation);
            ledger.Done(changed: before is null || continued);
        }
        catch (RowRefusedException exception)
        {
            ledger.Refuse(exception.Reasons);
        }
    }

    /// <summary>
    /// Within the lifetime of the request id the server repeats its first answer. Later it says that the id of the record is taken: then
    /// the record is compared with the row.
    /// </summary>
    private async Task<T> CreateOrRecognise(CsvRow row, string id, T record, CancellationToken cancellation)
    {
        try
        {
            return await Create(id, record, RequestId.Of("create", row), cancellation);
        }
        catch (RpcException exception) when (IsTaken(exception))
        {
            var existing = await Get($"{Collection}/{id}", cancellation);
            var differing = ComparedFields.Where(field => !Alike(record, existing, field)).ToList();
            if (differing.Count == 0)
                return existing;
            var fields = string.Join(", ", differing.Select(field => field.Replace('_', ' ')));
            throw new RowRefusedException(
            [
                new RefusedRow(
                    row.File, row.Line, Refusal.ColumnOf(differing[0]),
                    $"{Collection}/{id} is recorded already, with another {fields}; an import changes no records."),
            ]);
        }
    }

    /// <summary>The id is taken; or the request id is, by this row as another version of this program read it.</summary>
    private static bool IsTaken(RpcException exception) =>
        exception.StatusCode == StatusCode.AlreadyExists ||
        (exception.StatusCode == StatusCode.InvalidArgument &&
            exception.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "REQUEST_ID_REUSED");

    private static bool Alike(T left, T right, string fieldName)
    {
        var field = left.Descriptor.FindFieldByName(fieldName);
        return Equals(field.Accessor.GetValue(left), field.Accessor.GetValue(right));
    }
}
