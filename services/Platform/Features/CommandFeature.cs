using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;

namespace Mining.Platform.Features;

/// <summary>A feature that writes, for callers that know its request only at run time: batches and proposals.</summary>
public interface ICommandFeature
{
    /// <summary>The request message.</summary>
    MessageDescriptor Request { get; }

    /// <summary>The method.</summary>
    MethodDescriptor Method { get; }

    /// <summary>Whether sides can decide on it jointly, in a proposal.</summary>
    bool CanBeProposed { get; }

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    Func<UnitOfWork, Task<IVersionedResource>> Prepare(IMessage request, Violations violations);

    /// <summary>Makes the calls to other services that are needed before the transaction.</summary>
    Task RequireDependencies(IMessage request, CancellationToken cancellation);

    /// <summary>Does everything before the commit and returns the commit.</summary>
    Task<Func<Task<IVersionedResource>>> Begin(IMessage request, Caller caller, CancellationToken cancellation);
}

/// <summary>
/// A feature that writes. It is called directly, as a row of a batch or, if it <see cref="CanBeProposed"/>, as a proposal, always with the
/// same validation and the same work.
/// </summary>
public abstract class CommandFeature<TRequest, TResource>(Committer committer) : Feature<TRequest, TResource>, ICommandFeature
    where TRequest : class, IMessage<TRequest>, new()
    where TResource : class, IMessage<TResource>, IVersionedResource, new()
{
    private static readonly MessageDescriptor Descriptor = new TRequest().Descriptor;

    MessageDescriptor ICommandFeature.Request => Descriptor;

    MethodDescriptor ICommandFeature.Method { get; } =
        Descriptor.File.Services.SelectMany(service => service.Methods).Single(method => method.InputType == Descriptor);

    /// <summary>Whether sides can decide on it jointly, in a proposal.</summary>
    public virtual bool CanBeProposed => false;

    /// <summary>Validates the request and returns the work to do in the transaction.</summary>
    public abstract Func<UnitOfWork, Task<TResource>> Prepare(TRequest request, Violations violations);

    /// <summary>
    /// Makes the calls to other services that are needed before the transaction, because another service must not block the single writer.
    /// The request is valid. Default: none.
    /// </summary>
    protected virtual Task RequireDependencies(TRequest request, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Runs the command atomically, and only once per request id.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT with all violations, or the refusal of the command.</exception>
    public sealed override async Task<TResource> Run(TRequest request, Caller caller, CancellationToken cancellation) =>
        await (await Begin(request, caller, cancellation))();

    Func<UnitOfWork, Task<IVersionedResource>> ICommandFeature.Prepare(IMessage request, Violations violations)
    {
        var decide = Prepare((TRequest)request, violations);
        return async work => await decide(work);
    }

    Task ICommandFeature.RequireDependencies(IMessage request, CancellationToken cancellation) =>
        RequireDependencies((TRequest)request, cancellation);

    async Task<Func<Task<IVersionedResource>>> ICommandFeature.Begin(IMessage request, Caller caller, CancellationToken cancellation)
    {
        var commit = await Begin((TRequest)request, caller, cancellation);
        return async () => await commit();
    }

    /// <summary>
    /// Does everything before the commit. The commit awaits nothing before it enqueues the command, so that the rows of a batch keep their
    /// order.
    /// </summary>
    private async Task<Func<Task<TResource>>> Begin(TRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var decide = Prepare(request, violations);
        violations.ThrowIfAny();
        await RequireDependencies(request, cancellation);
        return () => committer.Run(command, decide, cancellation);
    }
}
