using System.Data.Common;
using System.Diagnostics;
using Google.Protobuf;

namespace Mining.Platform.Commit;

/// <summary>A command or maintenance work that waits for the writer.</summary>
internal sealed class Pending
{
    private Exception? refusal;

    public Pending(Command command, Func<UnitOfWork, Task<IMessage>> decide, Func<byte[], IMessage> parse, CancellationToken cancellation)
    {
        Command = command;
        Decide = decide;
        Parse = parse;
        Cancellation = cancellation;
        Traceparent = Activity.Current?.Id ?? "";
    }

    public Pending(Func<DbConnection, DbTransaction, Task> housekeeping, CancellationToken cancellation)
    {
        Housekeeping = housekeeping;
        Cancellation = cancellation;
    }

    public Command? Command { get; }

    public Func<UnitOfWork, Task<IMessage>>? Decide { get; }

    public Func<byte[], IMessage>? Parse { get; }

    public Func<DbConnection, DbTransaction, Task>? Housekeeping { get; }

    public CancellationToken Cancellation { get; }

    public string Traceparent { get; } = "";

    public IMessage? Answer { get; set; }

    /// <summary>The command's error ended the shared transaction; it is not run again.</summary>
    public bool HasEndedTransaction { get; set; }

    public TaskCompletionSource<IMessage?> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Reset()
    {
        if (!HasEndedTransaction)
            (Answer, refusal) = (null, null);
    }

    public void Refuse(Exception exception) => refusal = exception;

    public void Complete()
    {
        if (refusal is null)
            Completion.TrySetResult(Answer);
        else
            Completion.TrySetException(refusal);
    }

    /// <summary>
    /// Nothing was committed. Refusals are not reported either, because they may depend on other commands of the same batch.
    /// </summary>
    public void Fail(Exception exception) => Completion.TrySetException(exception);
}
