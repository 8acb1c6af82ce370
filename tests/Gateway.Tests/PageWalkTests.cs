using CsCheck;
using Mining.Gateway.Features;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: paging through rows while changes arrive must neither miss a row nor return one twice. Only the snapshot can differ between
// pages, so applying changes between pages covers all concurrency. Ordered by key only: in an order by total, a growing row may appear
// twice, as documented.
public sealed class PageWalkTests
{
    [Theory]
    [InlineData(CoInvestmentGrouping.Project)]
    [InlineData(CoInvestmentGrouping.Investor)]
    public void Paging_during_changes_returns_each_row_once(CoInvestmentGrouping grouping) => Scenes.Sample(
        (ids, there, pageSize, writes) =>
        {
            var world = World.Of();
            foreach (var id in ids[..there])
                Put(world, id, 1);
            var before = ids[..there].Select(id => KeyOf(grouping, id)).ToList();

            var tokens = new PageTokens([]);
            var request = new ListCoInvestmentsRequest { GroupBy = grouping, Measure = Measure.Committed, PageSize = pageSize };
            var seen = new List<string>();
            var write = 0;
            do
            {
                var page = new ListCoInvestments(tokens).Answer(world.Snapshot(), request, World.Reader, World.Today, []);
                seen.AddRange(page.Rows.Select(row => row.Key));
                request.PageToken = page.NextPageToken;
                foreach (var (index, amount) in writes.Skip(write).Take(3))
                    Put(world, ids[index % ids.Length], amount);
                write += 3;
            }
            while (request.PageToken.Length > 0);

            Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
            Assert.Empty(before.Except(seen));
            Assert.Empty(seen.Except(ids.Select(id => KeyOf(grouping, id))));
        },
        iter: 200);

    private static readonly Gen<(string[] Ids, int There, int PageSize, (int Index, int Amount)[] Writes)> Scenes =
        from ids in (from first in Gen.Char["ab0"] from rest in Gen.String[Gen.Char["ab01-"], 0, 4] select first + rest).ArrayUnique[1, 30]
        from there in Gen.Int[0, ids.Length]
        from pageSize in Gen.Int[1, 6]
        from writes in Gen.Select(Gen.Int[0, 29], Gen.Int[1, 900]).Array[0, 60]
        select (ids, there, pageSize, writes);

    /// <summary>A project with an investor of its own, of the same id; again with another amount.</summary>
    private static void Put(World world, string id, int amount) =>
        world.Project(id).Investor(id, "DE").Commitment(id, id, id, $"{amount} EUR", signed: "2025");

    private static string KeyOf(CoInvestmentGrouping grouping, string id) => (grouping == CoInvestmentGrouping.Project ? "projects/" : "investors/") + id;
}
