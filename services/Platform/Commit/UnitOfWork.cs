using System.Data.Common;
using System.Globalization;
using Dapper;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>One command inside its transaction: it reads, decides, writes its rows and records its changes.</summary>
public sealed class UnitOfWork
{
    private const string Trial = "trial";

    private readonly ChangeLog log;
    private readonly string traceparent;
    private HashSet<string>? assumed;

    internal UnitOfWork(
        DbConnection connection, DbTransaction transaction, ChangeLog log, ChangeHead head, Command command, string traceparent, DateTimeOffset now)
    {
        Connection = connection;
        Transaction = transaction;
        this.log = log;
        Head = head;
        Command = command;
        this.traceparent = traceparent;
        Now = now;
    }

    /// <summary>The caller.</summary>
    public Caller Caller => Command.Caller;

    /// <summary>Recorded time of this command.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Today (UTC), the default for effective dates.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    /// <summary>The last sequence of the change log, including what this command has recorded so far.</summary>
    public long LastSequence => Head.LastSequence;

    internal DbConnection Connection { get; }

    internal DbTransaction Transaction { get; }

    internal ChangeHead Head { get; private set; }

    internal Command Command { get; private set; }

    /// <summary>The first resource that the command changed; empty if none.</summary>
    internal string FirstResource { get; private set; } = "";

    public Task<int> Execute(string sql, object parameters) => Connection.ExecuteAsync(sql, parameters, Transaction);

    public Task<T?> ReadOne<T>(string sql, object parameters) => Connection.QuerySingleOrDefaultAsync<T>(sql, parameters, Transaction);

    public async Task<IReadOnlyList<T>> ReadAll<T>(string sql, object parameters) =>
        (await Connection.QueryAsync<T>(sql, parameters, Transaction)).AsList();

    /// <summary>
    /// Records a change: sets the resource's next version, etag and times, and appends it to the log. The caller then stores the completed
    /// resource.
    /// </summary>
    /// <param name="before">The resource as it was; null if it is new.</param>
    /// <param name="after">The resource as it will be. Its version, etag and times are set here.</param>
    public async Task Record<T>(T? before, T after)
        where T : class, IVersionedResource
    {
        var time = Microseconds.From(Now);
        if (FirstResource.Length == 0)
            FirstResource = after.Name;
        after.Version = (before?.Version ?? 0) + 1;
        after.Etag = after.Version.ToString(CultureInfo.InvariantCulture);
        after.UpdateTime = Microseconds.ToTimestamp(time);
        after.CreateTime = before?.CreateTime ?? after.UpdateTime;
        Head = await log.Append(Connection, Transaction, Head, new ChangeRow(
            Sequence: 0,
            EventId: "",
            after.Name,
            after.Version,
            Command.Caller.Name,
            Command.Method,
            Command.RequestId,
            new RecordedTime(time),
            traceparent,
            before is null ? "" : string.Join(',', ChangedFields(before, after)),
            after.Descriptor.FullName,
            after.ToByteArray(),
            PreviousHash: [],
            Hash: []));
    }

    /// <summary>
    /// Runs work on behalf of another caller and method, which are recorded in its changes. The request id stays that of this command.
    /// </summary>
    internal async Task<T> OnBehalfOf<T>(Caller caller, string method, Func<UnitOfWork, Task<T>> act)
    {
        var own = Command;
        Command = own with { Caller = caller, Method = method };
        try
        {
            return await act(this);
        }
        finally
        {
            Command = own;
        }
    }

    /// <summary>Runs work and undoes everything that it wrote and recorded. If the work is refused, so is this command.</summary>
    internal async Task<T> DryRun<T>(Func<UnitOfWork, Task<T>> act)
    {
        var (before, outer, resource) = (Head, assumed, FirstResource);
        assumed = new HashSet<string>(StringComparer.Ordinal);
        await Transaction.SaveAsync(Trial);
        try
        {
            var result = await act(this);
            await Transaction.RollbackAsync(Trial);
            return result;
        }
        finally
        {
            Head = before;
            assumed = outer;
            FirstResource = resource;
        }
    }

    /// <summary>During a dry run, assumes the approval of these sides and returns true. Returns false outside a dry run.</summary>
    internal bool AssumeApproved(IEnumerable<string> sides)
    {
        assumed?.UnionWith(sides);
        return assumed is not null;
    }

    /// <summary>The sides whose approval the dry run assumed, ordered.</summary>
    internal IReadOnlyList<string> AssumedApprovals => [.. (assumed ?? []).Order(StringComparer.Ordinal)];

    /// <summary>Refuses with ABORTED if the given etag is not the current one.</summary>
    public static void RequireEtag(string given, IVersionedResource present)
    {
        if (given.Length > 0 && given != present.Etag)
            throw new RefusedException(Refusal.EtagMismatch(present.Name, given, present.Etag));
    }

    private static IEnumerable<string> ChangedFields(IMessage before, IMessage after) =>
        from field in after.Descriptor.Fields.InDeclarationOrder()
        where field.Name is not ("version" or "etag" or "update_time")
        where !Equals(Value(field, before), Value(field, after))
        select field.Name;

    private static object? Value(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message);
}
