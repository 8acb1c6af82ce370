using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Gateway.Summaries;
using Mining.Gateway.Tests.Building;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: a fast summary that is not the defined one. Over random histories the engine must return the bytes of the plain computation, for
// today and for past days, with filters, while changes arrive. One cached figure is falsified so that the comparison can fail.
public class PlainSummaryTests
{
    private static readonly GetPortfolioSummary Fast = new(new());
    private static readonly GetPortfolioSummary Plain = new(new(), new PlainSummarySource());

    private static readonly Gen<(Change[] Changes, DateOnly Today, DateOnly Past, string Currency)> Questions =
        from changes in Histories.Of
        from disordered in Histories.Disordered(changes)
        from today in Histories.Day
        from past in Histories.Day
        from currency in Histories.Currency
        select (disordered, today, past, currency);

    [Fact]
    public void The_engine_returns_the_bytes_of_the_plain_computation() => Questions.Sample(
        question =>
        {
            var model = new PortfolioModel();
            for (var count = 1; count <= question.Changes.Length; count++)
            {
                model.Apply(question.Changes[count - 1]);
                if (count % 4 > 0 && count < question.Changes.Length)
                    continue;
                var snapshot = model.Publish();
                foreach (var query in Queries(question.Past, question.Currency))
                    Assert.Equal(Answer(Plain, snapshot, question.Today, query), Answer(Fast, snapshot, question.Today, query));
            }
        },
        iter: 60);

    [Fact]
    public void More_non_additive_commitments_than_a_summary_names_are_counted_and_the_first_are_named()
    {
        var world = World.Of().Investor("kfw", "DE").Project("mine").Project("smelter");
        for (var number = 0; number < SummaryMessages.MaxNonAdditive + 10; number++)
            world.Commitment($"c-{number}", "kfw", number % 2 == 0 ? "mine" : "smelter", "7 EUR", pledged: "2024", basis: CountingBasis.Overlap);
        foreach (var query in Queries(new DateOnly(2025, 6, 1), "EUR"))
            Assert.Equal(Answer(Plain, world.Snapshot(), World.Today, query), Answer(Fast, world.Snapshot(), World.Today, query));
    }

    [Fact]
    public void A_false_cached_figure_is_found()
    {
        var snapshot = World.Of().Investor("kfw", "DE").Project("mine").Commitment("a", "kfw", "mine", "1 EUR", pledged: "2024", signed: "2025").Snapshot();
        var figures = snapshot.Projects[0].FiguresAt(snapshot.Partnerships[0], World.Today.DayNumber);
        ref var cell = ref MemoryMarshal.GetReference(figures.Cells(1));
        cell = cell with { MinorUnits = cell.MinorUnits + 1 };
        Assert.NotEqual(Answer(Plain, snapshot, World.Today, new()), Answer(Fast, snapshot, World.Today, new()));
    }

    private static IEnumerable<PortfolioQuery> Queries(DateOnly past, string currency) =>
        from asOf in (Google.Type.Date?[])[null, Write.Date($"{past:yyyy-MM-dd}")]
        from filter in (PortfolioFilter[])
        [
            new(),
            new() { Investors = { "investors/i0", "investors/i1" } },
            new() { Minerals = { "lithium" }, Investors = { "investors/i1" } },
            new() { Instruments = { Instrument.Loan, Instrument.Guarantee } },
        ]
        select new PortfolioQuery { AsOf = asOf, ReportingCurrency = currency, Filter = filter };

    /// <summary>The bytes of the answer for each partnership, or the text of the refusal.</summary>
    private static string Answer(GetPortfolioSummary feature, PortfolioSnapshot snapshot, DateOnly today, PortfolioQuery query) =>
        string.Join('\n', snapshot.Partnerships.Select(view => view.Partnership.Name).DefaultIfEmpty("").Select(partnership =>
        {
            var ofPartnership = query.Clone();
            ofPartnership.Partnership = partnership;
            try
            {
                return Convert.ToHexString(feature.Answer(snapshot, new() { Query = ofPartnership }, World.Reader, today, []).ToByteArray());
            }
            catch (RefusedException refused)
            {
                return refused.Message;
            }
        }));
}
