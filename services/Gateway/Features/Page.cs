using Google.Protobuf;
using Mining.Gateway.Shares;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;

namespace Mining.Gateway.Features;

/// <summary>A page of ranked rows: the rows after the rank at which the previous page ended, up to the page size.</summary>
internal sealed class Page(PageTokens tokens, IMessage request, Caller caller, int size, Rank? after)
{
    public static Page Read(PageTokens tokens, IMessage request, Caller caller, int pageSize, string pageToken, Violations violations)
    {
        var size = PageSizes.Read(pageSize, violations);
        if (pageToken == "")
            return new(tokens, request, caller, size, null);
        var known = violations.Count;
        var position = tokens.Read(pageToken, request, caller, violations);
        if (!Rank.TryRead(position, out var after) && violations.Count == known)
            violations.Add("page_token", "is not a page token of this list.");
        return new(tokens, request, caller, size, after);
    }

    /// <summary>Rows with their ranks, in order.</summary>
    public static (Rank Rank, T Row)[] InOrder<T>(IEnumerable<T> rows, Func<T, Rank> rankOf) =>
        [.. rows.Select(row => (Rank: rankOf(row), Row: row)).OrderBy(row => row.Rank)];

    /// <summary>The range of the ordered rows on this page, and the token of the next one.</summary>
    public (Range Places, string NextPageToken) Of<T>((Rank Rank, T Row)[] rows)
    {
        var begin = after is { } rank ? CountUpTo(rank, rows) : 0;
        var end = Math.Min(begin + size, rows.Length);
        return (begin..end, end < rows.Length ? tokens.Write(request, caller, rows[end - 1].Rank.ToPosition()) : "");
    }

    private static int CountUpTo<T>(Rank rank, (Rank Rank, T Row)[] rows)
    {
        var (from, to) = (0, rows.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (rows[middle].Rank.CompareTo(rank) <= 0)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}
