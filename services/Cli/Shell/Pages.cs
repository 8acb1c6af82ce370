using System.Runtime.CompilerServices;

namespace Mining.Cli.Shell;

/// <summary>Walks a list to its end, one page at a time.</summary>
internal static class Pages
{
    /// <summary>How many entries are asked for at once: the most that the API gives.</summary>
    public const int Size = 1_000;

    /// <summary>
    /// A walk that has not ended after so many pages is given up: a server that answers the same token for ever must not hold us.
    /// </summary>
    private const int MaxPages = 10_000;

    /// <summary>The answers to a request that <paramref name="ask"/> makes from a page token, until one has no next page.</summary>
    public static async IAsyncEnumerable<TResponse> Walk<TResponse>(
        Func<string, Task<TResponse>> ask, Func<TResponse, string> nextPageToken, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var token = "";
        for (var page = 0; page < MaxPages; page++)
        {
            cancellation.ThrowIfCancellationRequested();
            var response = await ask(token);
            yield return response;
            token = nextPageToken(response);
            if (token.Length == 0)
                yield break;
        }

        throw new InvalidOperationException($"The list has not ended after {MaxPages} pages.");
    }
}
