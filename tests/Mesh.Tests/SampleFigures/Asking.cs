using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>Asks the gateway and a world the same, and compares the answers cell by cell.</summary>
internal sealed class Asking(MeshProcesses mesh, World world)
{
    public static readonly string[] Groupings = ["PROJECT", "MINERAL", "COUNTRY", "STAGE", "INSTRUMENT", "INVESTOR", "YEAR", "KIND"];

    private (Question? Question, Prediction? Prediction) last;

    /// <summary>How many cells were compared so far.</summary>
    public long CellCount { get; private set; }

    public async Task Summary(Question question)
    {
        var answer = await mesh.Portfolio.GetPortfolioSummaryAsync(new() { Query = question.ToQuery() });
        Compare($"the summary of {question.Label}", question, prediction => prediction.Summary(), AnsweredCells.Of(answer), answer.Rates);
    }

    /// <summary>Every grouping of every measure, of all and of joint projects.</summary>
    public async Task Groups(Question question)
    {
        foreach (var grouping in Groupings)
        {
            foreach (var measure in Prediction.Measures)
            {
                foreach (var jointOnly in (bool[])[false, true])
                {
                    var answer = await mesh.Portfolio.ListCoInvestmentsAsync(Request(question, grouping, measure, jointOnly));
                    Assert.Empty(answer.NextPageToken);
                    Compare(
                        $"{(jointOnly ? "joint" : "all")} {measure} by {grouping} of {question.Label}",
                        question,
                        prediction => prediction.Grouped(grouping, measure, jointOnly),
                        AnsweredCells.Of(answer),
                        answer.Rates);
                }
            }
        }
    }

    public async Task Pipeline(Question question)
    {
        var answer = await mesh.Portfolio.ListPipelineAsync(new() { Query = question.ToQuery(), PageSize = 1_000 });
        Compare($"the pipeline of {question.Label}", question, prediction => prediction.Pipeline(), AnsweredCells.Of(answer), answer.Rates);
    }

    /// <summary>The dossier of each project of the world.</summary>
    public async Task Dossiers(Question question)
    {
        foreach (var project in world.Projects.Keys)
        {
            var of = question with { Label = $"{project}, {question.Label}", Projects = [project] };
            var query = question.ToQuery();
            query.Filter = null;
            var answer = await mesh.Portfolio.GetProjectDossierAsync(new() { Name = $"projects/{project}", Query = query });
            Compare($"the dossier of {of.Label}", of, prediction => prediction.Dossier(), AnsweredCells.Of(answer), answer.Rates);
        }
    }

    public static ListCoInvestmentsRequest Request(Question question, string grouping, string measure, bool jointOnly) => new()
    {
        Query = question.ToQuery(),
        GroupBy = Enum.Parse<CoInvestmentGrouping>(grouping, ignoreCase: true),
        Measure = Enum.Parse<Measure>(measure, ignoreCase: true),
        JointOnly = jointOnly,
        PageSize = 1_000,
    };

    private void Compare(string what, Question question, Func<Prediction, Cells> predict, Cells answered, IEnumerable<RateUsed> rates)
    {
        if (last.Question != question)
            last = (question, new Prediction(world, question, Today));
        var prediction = last.Prediction!;
        var predicted = predict(prediction);
        prediction.AddRates(predicted, rates.Select(rate => rate.CurrencyCode));
        CellCount += predicted.Count;
        var difference = predicted.DifferenceTo(answered);
        Assert.True(difference is null, $"{what}: {difference}");
    }

    public static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
}
