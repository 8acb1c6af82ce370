using CsCheck;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: fast but outdated shares by group. Groups are cached per snapshot and query, and pages are cut from them. Each page must equal,
// byte for byte, that of a read model that got the same changes and has no cache. To prove that this test can fail, a cached row is
// falsified.
public class CoInvestmentsCacheTests
{
    private static readonly ListCoInvestments Feature = new(new PageTokens([]));

    private static readonly Gen<(Change[] Changes, DateOnly Today)> Told =
        from changes in Histories.Of
        from told in Histories.Disordered(changes)
        from today in Histories.Day
        select (told, today);

    [Fact]
    public void Each_cached_page_equals_the_recomputed_one() => Told.Sample(
        told =>
        {
            var model = new PortfolioModel();
            for (var count = 1; count <= told.Changes.Length; count++)
            {
                model.Apply(told.Changes[count - 1]);
                if (count % 5 > 0 && count < told.Changes.Length)
                    continue;
                var snapshot = model.Publish();
                foreach (var request in Requests())
                {
                    // The second time it is what is kept.
                    var first = Walk(snapshot, request, told.Today);
                    Assert.Equal(first, Walk(snapshot, request, told.Today));
                    Assert.Equal(Walk(Recompute.Snapshot(told.Changes[..count]), request, told.Today), first);
                }
            }
        },
        iter: 25);

    [Fact]
    public void A_wrong_cached_row_is_detected()
    {
        var world = World.Of().Investor("kfw", "DE").Project("mine").Commitment("a", "kfw", "mine", "1 EUR", signed: "2025");
        var request = new ListCoInvestmentsRequest { GroupBy = CoInvestmentGrouping.Mineral, Query = new() { Partnership = "partnerships/eu-us" }, Measure = Measure.Pledged };
        Feature.Answer(world.Snapshot(), request, World.Reader, World.Today, []).Rows[0].Figures.CommitmentCount++;
        Assert.NotEqual(Walk(Recompute.Snapshot(world.Changes), request, World.Today), Walk(world.Snapshot(), request, World.Today));
        // What is kept ends with the snapshot.
        world.Investor("doe", "US");
        Assert.Equal(Walk(Recompute.Snapshot(world.Changes), request, World.Today), Walk(world.Snapshot(), request, World.Today));
    }

    private static IEnumerable<ListCoInvestmentsRequest> Requests() =>
        from grouping in Enum.GetValues<CoInvestmentGrouping>()
        from order in Enum.GetValues<CoInvestmentOrder>()
        select new ListCoInvestmentsRequest { GroupBy = grouping, OrderBy = order, PageSize = 2, Measure = Measure.Pledged };

    /// <summary>The bytes of all pages for each partnership, or the words of the refusal.</summary>
    private static string Walk(PortfolioSnapshot snapshot, ListCoInvestmentsRequest request, DateOnly today) =>
        string.Join('\n', snapshot.Partnerships.Select(view => view.Partnership.Name).DefaultIfEmpty("").SelectMany(partnership =>
        {
            var pages = new List<string>();
            var next = request.Clone();
            next.Query = new PortfolioQuery { Partnership = partnership };
            try
            {
                do
                {
                    var page = Feature.Answer(snapshot, next, World.Reader, today, []);
                    pages.Add(Convert.ToHexString(page.ToByteArray()));
                    next.PageToken = page.NextPageToken;
                }
                while (next.PageToken != "");
            }
            catch (RefusedException refused)
            {
                pages.Add(refused.Message);
            }

            return pages;
        }));
}
