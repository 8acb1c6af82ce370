using CsCheck;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Tests.Building;
using Mining.Gateway.Tests.Naive;
using Mining.Portfolio.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: every figure that a board reads. A second calculator, which knows the design and none of the gateway's code, computes
// all figures of all answers over random histories and dates, and each must be the same to the last cent and part per million.
public class NaiveComparisonTests
{
    private static readonly Gen<Question> Questions =
        from changes in Histories.Of
        from told in Histories.Disordered(changes)
        from asOf in Histories.Day
        from otherDate in Histories.Day
        from rateDate in Histories.Day
        from currency in Histories.Currency
        select new Question(changes, told, asOf, otherDate, rateDate, currency);

    [Fact]
    public void Every_figure_is_that_of_the_naive_calculator() => Questions.Sample(
        question =>
        {
            var model = new PortfolioModel();
            foreach (var change in question.Told)
                model.Apply(change);
            var snapshot = model.Publish();
            Assert.Equal(0, model.UnreadableCount);

            // What is kept of one date, or of one day's rates, must not show in another.
            Compare(question with { AsOf = question.OtherDate }, snapshot);
            Compare(question, snapshot);
            Compare(question with { RateDate = question.OtherDate }, snapshot);
            Compare(question, snapshot);
        },
        iter: 150);

    [Fact]
    public void Every_figure_is_that_of_the_naive_calculator_after_each_change() => Questions.Sample(
        question =>
        {
            var model = new PortfolioModel();
            var half = question.Told.Length / 2;
            foreach (var change in question.Told[..half])
                model.Apply(change);
            model.Apply(question.Changes.First(change => change.Resource.StartsWith("partnerships/", StringComparison.Ordinal)));
            model.Apply(question.Changes.First(change => change.Resource == "exchangeRateTables/2020-01-02"));
            foreach (var change in question.Told[half..])
            {
                // An answer between changes fills what is kept; what rests on the next change must be thrown away.
                new GetPortfolioSummary(new()).Answer(model.Publish(), new() { Query = question.Query }, World.Reader, question.AsOf, []);
                model.Apply(change);
            }

            Compare(question, model.Publish());
        },
        iter: 60);

    [Fact]
    public void A_single_wrong_cell_is_found()
    {
        var world = World.Of().Investor("bank", "DE").Project("mine").Commitment("c", "bank", "mine", "100 EUR", pledged: "2025", signed: "2025");
        var question = new Question([.. world.Changes], [.. world.Changes], World.Today, World.Today, World.Today, "EUR");
        var expected = question.Naive.Figures();
        Assert.Equal(expected, new AnsweredFigures(world.Snapshot(), question.Query).All());

        var summary = world.Summary();
        var cells = summary.AllProjects.Concat(summary.JointProjects).Concat(summary.Instruments.SelectMany(instrument => instrument.Measures))
            .SelectMany(table => table.Sides).Concat(summary.ContingentSupport.SelectMany(support => support.Sides)).ToList();
        Assert.Equal((3 + 3 + 4 * 3 + 3 * 3) * 3, cells.Count);
        foreach (var cell in cells)
        {
            cell.Amount.Nanos += 10_000_000;
            Assert.NotEqual(expected, new AnsweredFigures(world.Snapshot(), question.Query).All(summary));
            cell.Amount.Nanos -= 10_000_000;
        }
    }

    private static void Compare(Question question, PortfolioSnapshot snapshot) =>
        Assert.Equal(question.Naive.Figures(), new AnsweredFigures(snapshot, question.Query).All());

    private sealed record Question(Change[] Changes, Change[] Told, DateOnly AsOf, DateOnly OtherDate, DateOnly RateDate, string Currency)
    {
        public NaivePortfolio Naive => new(Changes, AsOf, RateDate, Currency);

        public PortfolioQuery Query => new()
        {
            AsOf = Write.Date($"{AsOf:yyyy-MM-dd}"),
            RateDate = Write.Date($"{RateDate:yyyy-MM-dd}"),
            ReportingCurrency = Currency,
        };

        public override string ToString() => $"as of {AsOf:yyyy-MM-dd}, rates of {RateDate:yyyy-MM-dd}, in {Currency}\n{string.Join("\n", Changes.Select(
            change => $"{change.Resource} {change.Version} {change.State}"))}";
    }
}
