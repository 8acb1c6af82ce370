using Google.Protobuf;
using Mining.Gateway.Shares;
using Mining.Platform.Errors;
using Mining.Platform.Identity;
using Mining.Platform.Paging;

namespace Mining.Gateway.Features;

/// <summary>A page of ranked rows: so many of those that come after the rank at which the page before ended.</summary>
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
            violations.Add("page_token", "is not a token of this list.");
        return new(tokens, request, caller, size, after);
    }

    public (IReadOnlyList<T> Rows, string NextPageToken) Of<T>(IEnumerable<T> rows, Func<T, Rank> rankOf)
    {
        var rest = rows.Select(row => (Row: row, Rank: rankOf(row))).Where(row => after is null || row.Rank.CompareTo(after.Value) > 0)
            .OrderBy(row => row.Rank).Take(size + 1).ToArray();
        var token = rest.Length > size ? tokens.Write(request, caller, rest[size - 1].Rank.ToPosition()) : "";
        return ([.. rest.Take(size).Select(row => row.Row)], token);
    }
}
