using System.Collections.Concurrent;
using CsCheck;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// The guarantee of a list: paging to its end returns each row that existed at the start exactly once, and none twice, while others write.
/// </summary>
public static class PageWalk
{
    /// <summary>Similar ids, some of them prefixes of others: they expose a wrong order or a wrong "after" condition.</summary>
    public static readonly Gen<string> Id =
        from first in Gen.Char["ab0"]
        from rest in Gen.String[Gen.Char["ab01-"], 0, 4]
        select first + rest;

    /// <summary>Ids of rows that exist at the start, of rows added during paging, and the page size.</summary>
    public static readonly Gen<(string[] First, string[] Later, int PageSize)> Scenes =
        from ids in Id.ArrayUnique[2, 40]
        from first in Gen.Int[0, ids.Length]
        from pageSize in Gen.Int[1, 7]
        select (ids[..first], ids[first..], pageSize);

    /// <summary>Two writers write during paging, which is repeated until they have ended and once more.</summary>
    /// <param name="first">Keys of rows that exist at the start.</param>
    /// <param name="later">Keys of rows added during paging.</param>
    /// <param name="create">Creates a row; returns its key in the list.</param>
    /// <param name="change">Changes a row without changing its position; gets a key of <paramref name="first"/> or <paramref
    /// name="later"/>.</param>
    /// <param name="page">Reads the page of a token: its keys and the next token.</param>
    /// <param name="order">The order that the list guarantees.</param>
    public static async Task SeesEachRowOnce<T>(
        IReadOnlyList<T> first,
        IReadOnlyList<T> later,
        Func<T, Task<string>> create,
        Func<T, Task> change,
        Func<string, Task<(IEnumerable<string> Keys, string Next)>> page,
        IComparer<string>? order = null)
    {
        order ??= StringComparer.Ordinal;
        var made = new ConcurrentDictionary<string, bool>();
        foreach (var row in first)
            made[await create(row)] = true;

        var writers = Task.WhenAll(
            Task.Run(async () =>
            {
                foreach (var row in later)
                {
                    made[await create(row)] = true;
                    await change(row);
                }
            }),
            Task.Run(async () =>
            {
                foreach (var row in first)
                    await change(row);
            }));
        bool last;
        do
        {
            last = writers.IsCompleted;
            var there = made.Keys.ToList();
            var seen = await Walk(page);
            for (var i = 1; i < seen.Count; i++)
                Assert.True(order.Compare(seen[i - 1], seen[i]) < 0, $"{seen[i]} follows {seen[i - 1]} in {string.Join(' ', seen)}");
            Assert.Empty(there.Except(seen));
        }
        while (!last);
        await writers;
        Assert.Equal(made.Keys.Order(order), await Walk(page));
    }

    /// <summary>The keys of all pages, in the received order.</summary>
    public static async Task<List<string>> Walk(Func<string, Task<(IEnumerable<string> Keys, string Next)>> page)
    {
        var seen = new List<string>();
        var token = "";
        do
        {
            var (keys, next) = await page(token);
            seen.AddRange(keys);
            token = next;
        }
        while (token.Length > 0);
        return seen;
    }
}
