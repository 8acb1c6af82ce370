using CsCheck;
using Google.Protobuf;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Authentication;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using Mining.Simulation.Model;
using Mining.Simulation.Model.Figures;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: every figure that a board reads. The simulator's model, written from the documentation without the gateway's code, computes all
// figures of all answers over random histories and dates; each must be equal to the last cent and part per million.
public class ExpectedFiguresTests
{
    private static readonly Gateway.Health.HealthRules Rules = new();
    private static readonly PageTokens Tokens = new([]);

    private static readonly Gen<Question> Questions =
        from changes in Histories.Of
        from told in Histories.Disordered(changes)
        from asOf in Histories.Day
        from otherDate in Histories.Day
        from rateDate in Histories.Day
        from currency in Histories.Currency
        from filter in Histories.Filter
        select new Question(changes, told, asOf, otherDate, rateDate, currency, filter);

    [Fact]
    public void Every_figure_is_the_expected_one() => Questions.Sample(
        question =>
        {
            var model = Recompute.Model(question.Told);
            var snapshot = model.Publish();
            Assert.Equal(0, model.UnreadableCount);

            // What is kept of one date, or of one day's rates, must not show in another.
            Compare(question with { AsOf = question.OtherDate }, snapshot);
            Compare(question, snapshot);
            Compare(question with { RateDate = question.OtherDate, Filter = new() }, snapshot);
            Compare(question, snapshot);
        },
        iter: 150);

    [Fact]
    public void Every_figure_is_the_expected_one_after_each_change() => Questions.Sample(
        question =>
        {
            var half = question.Told.Length / 2;
            var model = Recompute.Model(question.Told[..half]);
            model.Apply(question.Changes.First(change => change.Resource.StartsWith("partnerships/", StringComparison.Ordinal)));
            model.Apply(question.Changes.First(change => change.Resource == "exchangeRateTables/2020-01-02"));
            foreach (var change in question.Told[half..])
            {
                // An answer between changes fills what is kept; what rests on the next change must be thrown away.
                new GetPortfolioSummary(Rules).Answer(model.Publish(), new() { Query = question.Query }, World.Reader, question.AsOf, []);
                model.Apply(change);
            }

            Compare(question, model.Publish());
        },
        iter: 60);

    [Fact]
    public void Every_figure_is_the_expected_one_for_a_caller_who_does_not_see_all() => Gen.Select(Questions, Gen.Bool.Array[30]).Sample(
        (question, confidential) =>
        {
            Change[] changes =
            [
                .. question.Changes.Select(change => ConfidentialTests.Marked(change, confidential)), .. ConfidentialTests.PublishedTotals(),
            ];
            var snapshot = Recompute.Snapshot(changes);
            foreach (var side in (string[])["EU", "US"])
                Compare(question with { Changes = changes }, snapshot, new Caller("officer") { Roles = Roles.Officer, Sides = [side] });
        },
        iter: 60);

    [Fact]
    public void A_single_wrong_cell_is_detected()
    {
        var world = World.Of().Investor("bank", "DE").Project("mine").Commitment("c", "bank", "mine", "100 EUR", pledged: "2025", signed: "2025");
        var expected = MeshModel.Of(world.Changes).Portfolio(new(), World.Today).Summary();
        var summary = world.Summary();
        Assert.Empty(AnswerComparison.Differences(expected, summary));

        var cells = summary.AllProjects.Concat(summary.JointProjects).Concat(summary.Instruments.SelectMany(instrument => instrument.Measures))
            .SelectMany(table => table.Sides).Concat(summary.ContingentSupport.SelectMany(support => support.Sides)).ToList();
        Assert.Equal((3 + 3 + 4 * 3 + 3 * 3) * 3, cells.Count);
        foreach (var cell in cells)
        {
            cell.Amount.Nanos += 10_000_000;
            Assert.Single(AnswerComparison.Differences(expected, summary));
            cell.Amount.Nanos -= 10_000_000;
        }
    }

    private static void Compare(Question question, PortfolioSnapshot snapshot, Caller? caller = null)
    {
        var (day, asks) = (question.AsOf, caller ?? World.Reader);
        var differences = PortfolioComparison.Differences(MeshModel.Of(question.Changes), question.Query, day, Ask, caller?.Sides).GetAwaiter().GetResult();
        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(20)));

        Task<IMessage> Ask(IMessage request) => Task.FromResult<IMessage>(request switch
        {
            GetPortfolioSummaryRequest summary => new GetPortfolioSummary(Rules).Answer(snapshot, summary, asks, day, []),
            ListPipelineRequest pipeline => new ListPipeline(Rules, Tokens).Answer(snapshot, pipeline, asks, day, []),
            ListCoInvestmentsRequest groups => new ListCoInvestments(Tokens).Answer(snapshot, groups, asks, day, []),
            GetProjectDossierRequest dossier => new GetProjectDossier(Rules).Answer(snapshot, dossier, asks, day, []),
            _ => throw new ArgumentException(request.Descriptor.Name),
        });
    }

    private sealed record Question(
        Change[] Changes, Change[] Told, DateOnly AsOf, DateOnly OtherDate, DateOnly RateDate, string Currency, PortfolioFilter Filter)
    {
        public PortfolioQuery Query => new()
        {
            AsOf = Write.Date($"{AsOf:yyyy-MM-dd}"),
            RateDate = Write.Date($"{RateDate:yyyy-MM-dd}"),
            ReportingCurrency = Currency,
            Filter = Filter,
        };

        public override string ToString() => $"as of {AsOf:yyyy-MM-dd}, rates of {RateDate:yyyy-MM-dd}, in {Currency}, of {Filter}\n{string.Join("\n", Changes.Select(
            change => $"{change.Resource} {change.Version} {change.State}"))}";
    }
}
