using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Cli.Verify;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Projects.V1;
using Mining.Simulation.Model;

namespace Mining.Cli.Tests;

// At stake: `verify` judges the gateway, so it must be right on its own. Over random histories its figures must equal those of the
// simulator's model, which shares no code with it and is itself tested against tables computed by hand.
public sealed class NaiveSharesTests
{
    private static readonly Measure[] Measures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_figure_equals_the_models(ulong seed)
    {
        var model = History(seed);
        var world = WorldOf(model);
        foreach (var asOf in (DateOnly[])[new(2021, 6, 30), new(2024, 1, 1), new(2026, 2, 28), new(2029, 1, 1)])
        {
            foreach (var currency in (string[])["EUR", "USD", "JPY", "KWD"])
            {
                var expected = model.Portfolio(new() { ReportingCurrency = currency }, asOf);
                var comparison = new Comparison(
                    new NaiveShares(world, world.Partnerships.Values.Single(), asOf, asOf, currency),
                    new NaiveGroups(world, asOf),
                    currency);
                comparison.Summary(expected.Summary());
                foreach (var grouping in System.Enum.GetValues<CoInvestmentGrouping>().Skip(1))
                {
                    foreach (var measure in Measures)
                    {
                        var groups = expected.CoInvestments(grouping, measure, jointOnly: measure == Measure.Pledged);
                        comparison.CoInvestments(grouping, measure, measure == Measure.Pledged, groups.Rows, groups);
                    }
                }

                Assert.True(comparison.Figures > 500, $"Only {comparison.Figures} figures were compared.");
            }
        }
    }

    [Fact]
    public void A_currency_without_a_rate_is_reported_not_guessed()
    {
        var world = WorldOf(History(1));
        var missing = Assert.Throws<DifferenceException>(() => world.UnitsPerEuro("PLN", new(2026, 1, 1)));
        Assert.Contains("no rate for PLN", missing.Message, StringComparison.Ordinal);
    }

    /// <summary>The accepted commands of a seed, with exchange rates before all their dates.</summary>
    private static MeshModel History(ulong seed)
    {
        var partnership = Examples.Partnership();
        (partnership.Version, partnership.Etag) = (1, "1");
        var model = new MeshModel([
            partnership,
            new ExchangeRateTable
            {
                Name = "exchangeRateTables/2019-12-31",
                Date = new() { Year = 2019, Month = 12, Day = 31 },
                Version = 1,
                Etag = "1",
                Rates =
                {
                    new ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new() { Value = "1.1234" } },
                    new ExchangeRate { CurrencyCode = "JPY", UnitsPerEuro = new() { Value = "121.94" } },
                    new ExchangeRate { CurrencyCode = "KWD", UnitsPerEuro = new() { Value = "0.3405" } },
                },
            },
        ]);
        var generator = new CommandGenerator(seed);
        for (var number = 0; number < 600; number++)
        {
            var command = CommandGenerator.WithPresentEtag(generator.Next(), model.Find);
            if (model.Predict(command, CommandRun.Now) is Accepted { IsRecorded: true })
                model.Apply(command, CommandRun.Now);
        }

        return model;
    }

    private static World WorldOf(MeshModel model)
    {
        var world = new World();
        foreach (var resource in model.All)
            world.Apply(new Change { Resource = resource.Name, Version = resource.Version, State = Any.Pack(resource) });
        return world;
    }
}
