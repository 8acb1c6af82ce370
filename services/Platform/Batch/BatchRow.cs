using Google.Protobuf;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Errors;
using Mining.Platform.Features;

namespace Mining.Platform.Batch;

/// <summary>A row of a batch during its execution.</summary>
internal sealed class BatchRow
{
    private readonly string path;
    private readonly string choices;
    private readonly ICommandFeature? command;
    private Func<Task<IVersionedResource>>? commit;

    private BatchRow(string path, string choices, IMessage? request, ICommandFeature? command) =>
        (this.path, this.choices, Request, this.command) = (path, choices, request, command);

    /// <summary>The row's command; null if it has none.</summary>
    public IMessage? Request { get; }

    /// <summary>The method that the row calls, or that of the batch if it calls none.</summary>
    public string Method => command?.Method.Name ?? "BatchWrite";

    /// <summary>The result; null while there is none.</summary>
    public BatchWriteResult? Result { get; private set; }

    /// <exception cref="InvalidOperationException">The service does not support a command of its API, which is a bug.</exception>
    public static BatchRow Of(IMessage row, int index, FeatureCatalogue features)
    {
        var choice = row.Descriptor.Oneofs[0];
        var path = FormattableString.Invariant($"rows[{index}]");
        if (choice.Accessor.GetCaseFieldDescriptor(row) is not { } field)
            return new(path, string.Join(", ", choice.Fields.Select(field => field.Name)), request: null, command: null);
        return new($"{path}.{field.Name}", "", (IMessage)field.Accessor.GetValue(row), features.Command(field.MessageType));
    }

    /// <summary>Does everything before the commit.</summary>
    /// <exception cref="RefusedException">The row is refused.</exception>
    public async Task Begin(Caller caller, CancellationToken cancellation)
    {
        if (command is null)
            throw new RefusedException(Refusal.Invalid("command", $"must be given, one of: {choices}."));
        AccessTable.Authorise($"/{command.Method.Service.FullName}/{command.Method.Name}", caller);
        commit = await command.Begin(Request!, caller, cancellation);
    }

    /// <summary>Enqueues the command before awaiting anything, so that rows are enqueued in order.</summary>
    /// <exception cref="RefusedException">The row is refused.</exception>
    public async Task Commit()
    {
        var written = await commit!();
        Result = new() { Written = new() { Name = written.Name, Version = written.Version, Etag = written.Etag } };
    }

    public void Refuse(Refusal refusal) => Result = new() { Refusal = refusal.Under(path).ToStatus() };
}
