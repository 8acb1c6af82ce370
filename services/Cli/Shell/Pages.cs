using System.Runtime.CompilerServices;

namespace Mining.Cli.Shell;

/// <summary>Reads a list page by page to its end.</summary>
internal static class Pages
{
    /// <summary>Page size: the maximum that the API allows.</summary>
    public const int Size = 1_000;

    /// <summary>Stops a server that repeats the same page token from keeping us in an endless loop.</summary>
    private const int MaxPages = 10_000;

    /// <summary>Requests pages with <paramref name="ask"/>, which takes a page token, until a response has no next page.</summary>
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

        throw new InvalidOperationException($"The list has more than {MaxPages} pages.");
    }
}
