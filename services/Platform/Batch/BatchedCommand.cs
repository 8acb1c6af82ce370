using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mining.Common.V1;
using Mining.Platform.Authentication;

namespace Mining.Platform.Batch;

/// <summary>A method as called by a row of a batch: the same feature, split into the work before the commit and the commit.</summary>
public sealed class BatchedCommand
{
    private readonly Func<IMessage, Caller, CancellationToken, Task<Func<Task<IVersionedResource>>>> prepare;

    private BatchedCommand(MessageDescriptor request, Func<IMessage, Caller, CancellationToken, Task<Func<Task<IVersionedResource>>>> prepare)
    {
        this.prepare = prepare;
        Request = request;
        Method = request.File.Services.SelectMany(service => service.Methods).Single(method => method.InputType == request);
    }

    /// <summary>The request message.</summary>
    public MessageDescriptor Request { get; }

    /// <summary>The method.</summary>
    public MethodDescriptor Method { get; }

    /// <param name="run">The feature. It must not await anything before it enqueues its command.</param>
    public static BatchedCommand Of<TRequest, TResource>(Func<TRequest, Caller, CancellationToken, Task<TResource>> run)
        where TRequest : IMessage<TRequest>, new()
        where TResource : IVersionedResource =>
        Of<TRequest, TResource>((request, caller, cancellation) => Task.FromResult<Func<Task<TResource>>>(() => run(request, caller, cancellation)));

    /// <param name="prepare">
    /// The first half of the feature, which may call other services. It returns the second half, which waits only for the writer.
    /// </param>
    public static BatchedCommand Of<TRequest, TResource>(Func<TRequest, Caller, CancellationToken, Task<Func<Task<TResource>>>> prepare)
        where TRequest : IMessage<TRequest>, new()
        where TResource : IVersionedResource => new(
            new TRequest().Descriptor,
            async (request, caller, cancellation) =>
            {
                var commit = await prepare((TRequest)request, caller, cancellation);
                return async () => await commit();
            });

    /// <summary>Does everything before the commit and returns the commit.</summary>
    internal Task<Func<Task<IVersionedResource>>> Prepare(IMessage request, Caller caller, CancellationToken cancellation) =>
        prepare(request, caller, cancellation);
}
