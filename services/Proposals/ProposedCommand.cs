using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mining.Common.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Proposals;

/// <summary>A method that can be proposed. It uses the same validation and the same work as a direct call.</summary>
public sealed class ProposedCommand
{
    private readonly Func<IMessage, Violations, Func<UnitOfWork, Task<IVersionedResource>>> check;
    private readonly Func<IMessage, CancellationToken, Task> prepare;

    private ProposedCommand(
        MessageDescriptor request,
        Func<IMessage, Violations, Func<UnitOfWork, Task<IVersionedResource>>> check,
        Func<IMessage, CancellationToken, Task> prepare) => (Request, this.check, this.prepare) = (request, check, prepare);

    /// <summary>The request message.</summary>
    public MessageDescriptor Request { get; }

    /// <summary>The method, for example <c>ChangeStage</c>.</summary>
    public string Method => Request.Name[..^"Request".Length];

    /// <param name="check">The feature's validation, which returns the work to do in the transaction.</param>
    /// <param name="prepare">Calls to other services before the transaction. Default: none.</param>
    public static ProposedCommand Of<TRequest, TResource>(
        Func<TRequest, Violations, Func<UnitOfWork, Task<TResource>>> check, Func<TRequest, CancellationToken, Task>? prepare = null)
        where TRequest : IMessage<TRequest>, new()
        where TResource : IVersionedResource => new(
            new TRequest().Descriptor,
            (request, violations) =>
            {
                var decide = check((TRequest)request, violations);
                return async work => await decide(work);
            },
            (request, cancellation) => prepare?.Invoke((TRequest)request, cancellation) ?? Task.CompletedTask);

    /// <summary>Unpacks the message. Adds a violation if its bytes are invalid.</summary>
    internal IMessage? Read(Any command, string path, Violations violations)
    {
        try
        {
            var request = Request.Parser.ParseFrom(command.Value);
            foreach (var field in (string[])["request_id", "validate_only"])
            {
                if (Request.FindFieldByName(field) is { } found && found.Accessor.GetValue(request) is not ("" or false))
                    violations.Add($"{path}.{field}", "must be empty; set it on the request that raises the proposal.");
            }

            return request;
        }
        catch (InvalidProtocolBufferException)
        {
            violations.Add($"{path}.value", $"is not a valid {Request.FullName}.");
            return null;
        }
    }

    /// <summary>Validates a message. All violations, including later ones, are prefixed with a path.</summary>
    internal Func<UnitOfWork, Task<IVersionedResource>>? Check(IMessage request, string path, Violations violations)
    {
        var own = new Violations();
        try
        {
            var decide = check(request, own);
            own.ThrowIfAny();
            return work => Decide(work, decide, path);
        }
        catch (RefusedException refused) when (refused.Refusal.Fields.Count > 0)
        {
            foreach (var field in refused.Refusal.Under(path).Fields)
                violations.Add(field.Field, field.Description);
            return null;
        }
    }

    /// <summary>Makes the calls that are needed before the transaction.</summary>
    internal Task Prepare(IMessage request, CancellationToken cancellation) => prepare(request, cancellation);

    private static async Task<IVersionedResource> Decide(UnitOfWork work, Func<UnitOfWork, Task<IVersionedResource>> decide, string path)
    {
        try
        {
            return await decide(work);
        }
        catch (RefusedException refused) when (refused.Refusal.Fields.Count > 0)
        {
            throw new RefusedException(Refusal.Invalid(refused.Refusal.Under(path).Fields));
        }
    }
}

/// <summary>The joint decisions of a service.</summary>
public interface IJointDecisions
{
    /// <summary>The methods that can be proposed.</summary>
    IReadOnlyList<ProposedCommand> Commands { get; }

    /// <summary>The sides that decide with four eyes in any partnership.</summary>
    /// <exception cref="RefusedException">UNAVAILABLE if this cannot be determined.</exception>
    Task<IReadOnlySet<string>> FourEyes(CancellationToken cancellation);
}
