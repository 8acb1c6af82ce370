using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;

namespace Mining.Cli.Shell;

/// <summary>Reads a list page by page to its end.</summary>
internal static class Pages
{
    /// <summary>Page size: the maximum that the API allows.</summary>
    public const int Size = 1_000;

    /// <summary>Stops a server that repeats the same page token from keeping us in an endless loop.</summary>
    private const int MaxPages = 10_000;

    /// <summary>The responses to a list request, page by page.</summary>
    /// <param name="request">The request for the first page.</param>
    /// <param name="list">The method that lists, for example <c>gateway.Projects.ListProjectsAsync</c>.</param>
    /// <param name="cancellation">Cancels the walk.</param>
    public static IAsyncEnumerable<TResponse> Walk<TRequest, TResponse>(
        TRequest request, Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> list, CancellationToken cancellation)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse> => Walk(request, page => list(page, Gateway.Unary(cancellation)).ResponseAsync, cancellation);

    /// <summary>The same for a method that is called in another way.</summary>
    public static async IAsyncEnumerable<TResponse> Walk<TRequest, TResponse>(
        TRequest request, Func<TRequest, Task<TResponse>> list, [EnumeratorCancellation] CancellationToken cancellation)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        var next = request.Clone();
        for (var page = 0; page < MaxPages; page++)
        {
            cancellation.ThrowIfCancellationRequested();
            var response = await list(next);
            yield return response;
            var token = response.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(response);
            if (token is "")
                yield break;
            next.Descriptor.FindFieldByName("page_token").Accessor.SetValue(next, token);
        }

        throw new InvalidOperationException($"The list has more than {MaxPages} pages.");
    }
}
