using System.Collections.Concurrent;
using CsCheck;
using Xunit;

namespace Mining.Testing;

/// <summary>
/// The promise of a list: a walk through its pages sees each row that was there when it began exactly once, and none twice, while
/// others write.
/// </summary>
public static class PageWalk
{
    /// <summary>Ids that differ by little, and of which some begin with another: what a wrong order or a wrong "after" trips over.</summary>
    public static readonly Gen<string> Id =
        from first in Gen.Char["ab0"]
        from rest in Gen.String[Gen.Char["ab01-"], 0, 4]
        select first + rest;

    /// <summary>Ids of rows that are there at the beginning, of others that come during the walks, and how large a page is.</summary>
    public static readonly Gen<(string[] First, string[] Later, int PageSize)> Scenes =
        from ids in Id.ArrayUnique[2, 40]
        from first in Gen.Int[0, ids.Length]
        from pageSize in Gen.Int[1, 7]
        select (ids[..first], ids[first..], pageSize);

    /// <summary>Two writers write while one walks, again and again until they have ended and once more.</summary>
    /// <param name="first">Keys of rows that are to be there at the beginning.</param>
    /// <param name="later">Keys of rows that come during the walks.</param>
    /// <param name="create">Makes a row; answers its key in the list.</param>
    /// <param name="change">Changes a row without changing its place; it is given the key of <paramref name="first"/> or <paramref name="later"/>.</param>
    /// <param name="page">Reads the page of a token: the keys on it, and the next token.</param>
    /// <param name="order">The order that the list promises.</param>
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
                Assert.True(order.Compare(seen[i - 1], seen[i]) < 0, $"{seen[i]} comes after {seen[i - 1]} in {string.Join(' ', seen)}");
            Assert.Empty(there.Except(seen));
        }
        while (!last);
        await writers;
        Assert.Equal(made.Keys.Order(order), await Walk(page));
    }

    /// <summary>The keys of all pages, in the order in which they come.</summary>
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
