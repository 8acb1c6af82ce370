// At stake: numbers that are valid one by one but too large together. A service must accept each or refuse it by name, and no single record
// may take the figures away from everybody: a sum that overflows is refused by name.
using Google.Type;
using Grpc.Core;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;
using Date = Google.Type.Date;

namespace Mining.Mesh.Tests.Hostile;

public sealed class ExtremeNumbersTests : IAsyncLifetime
{
    private const long MaxUnits = 1_000_000_000_000_000;

    private static readonly StatusCode[] Named =
        [StatusCode.OK, StatusCode.InvalidArgument, StatusCode.FailedPrecondition, StatusCode.NotFound, StatusCode.OutOfRange];

    private readonly MeshProcesses mesh = new();

    public async ValueTask InitializeAsync()
    {
        await mesh.Start();
        foreach (var (id, country) in ((string, string)[])[("german", "DE"), ("american", "US")])
            await mesh.InvestorsClient.CreateInvestorAsync(new() { InvestorId = id, Investor = new() { DisplayName = id, Country = country, Kind = InvestorKind.Fund } });
    }

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task An_amount_beyond_the_limit_is_refused()
    {
        await mesh.ProjectsClient.CreateProjectAsync(ProjectOf("small", Euros(1)));
        foreach (var units in (long[])[long.MaxValue, long.MinValue, long.MaxValue / 100, MaxUnits + 1])
        {
            var status = await Refused.By(
                async () => await mesh.ProjectsClient.CreateProjectAsync(ProjectOf("large", Euros(units))), StatusCode.InvalidArgument, "INVALID_FIELDS");
            Assert.Equal(["project.capital_cost"], status.Fields());
            status = await Refused.By(
                async () => await mesh.InvestorsClient.CreateCommitmentAsync(CommitmentOf("large", "small", "german", Euros(units))),
                StatusCode.InvalidArgument,
                "INVALID_FIELDS");
            Assert.Equal(["commitment.amount"], status.Fields());
        }
    }

    [Fact]
    public async Task The_largest_amounts_are_added_up_exactly()
    {
        foreach (var project in (string[])["one", "two", "three"])
        {
            await mesh.ProjectsClient.CreateProjectAsync(ProjectOf(project, Euros(MaxUnits)));
            foreach (var investor in (string[])["german", "american"])
            {
                var name = (await mesh.InvestorsClient.CreateCommitmentAsync(CommitmentOf($"{project}-{investor}", project, investor, Euros(MaxUnits)))).Name;
                await mesh.InvestorsClient.SignCommitmentAsync(new() { Name = name });
                await mesh.InvestorsClient.RecordDisbursementAsync(new() { Name = name, Disbursement = new() { Amount = Euros(MaxUnits) } });
            }
        }

        await WaitUntilCaughtUp();
        var summary = await mesh.Portfolio.GetPortfolioSummaryAsync(new());
        foreach (var table in summary.AllProjects.Concat(summary.JointProjects))
        {
            Assert.Equal(6 * MaxUnits, table.Total.Units);
            Assert.Equal([500_000, 0, 500_000], table.Sides.Select(side => side.SharePpm));
        }

        Assert.Equal(3 * MaxUnits, summary.CapitalCost.Units);
    }

    [Fact]
    public async Task The_most_extreme_rates_give_figures_or_a_refusal_by_name()
    {
        await mesh.ProjectsClient.CreateProjectAsync(ProjectOf("one", new Money { CurrencyCode = "USD", Units = MaxUnits }));
        await mesh.InvestorsClient.CreateCommitmentAsync(CommitmentOf("most", "one", "american", new Money { CurrencyCode = "USD", Units = MaxUnits }));
        await mesh.InvestorsClient.CreateCommitmentAsync(CommitmentOf("least", "one", "german", new Money { CurrencyCode = "JPY", Units = 1 }));
        var year = 2000;
        foreach (var (dollars, yen) in ((string, string)[])[("0.0000000001", "999999999999.9999999999"), ("999999999999.9999999999", "0.0000000001")])
        {
            var date = new Date { Year = year++, Month = 1, Day = 1 };
            await Judged(async () => await mesh.InvestorsClient.PublishExchangeRatesAsync(new()
            {
                Date = date,
                Rates =
                {
                    new ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new() { Value = dollars } },
                    new ExchangeRate { CurrencyCode = "JPY", UnitsPerEuro = new() { Value = yen } },
                },
            }));
            foreach (var currency in (string[])["EUR", "USD", "JPY"])
                await EveryFigureIsAnsweredOrRefused(new() { RateDate = date, ReportingCurrency = currency });
        }
    }

    /// <summary>A command that must be accepted or refused by name.</summary>
    private static async Task Judged<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
        }
        catch (RpcException refusal)
        {
            ByName(refusal);
        }
    }

    private static void ByName(RpcException refusal)
    {
        Assert.True(Named.Contains(refusal.StatusCode), $"{refusal.Status}");
        Assert.Equal("mining", refusal.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Domain);
    }

    private static CreateProjectRequest ProjectOf(string id, Money capitalCost) => new()
    {
        ProjectId = id,
        Project = new()
        {
            DisplayName = id,
            Country = "DE",
            Kinds = { ProjectKind.Mining },
            Minerals = { "lithium" },
            Stage = Stage.Construction,
            CapitalCost = capitalCost,
        },
    };

    private static CreateCommitmentRequest CommitmentOf(string id, string project, string investor, Money amount) => new()
    {
        CommitmentId = id,
        Commitment = new()
        {
            Investor = $"investors/{investor}",
            Project = $"projects/{project}",
            Instrument = Instrument.Equity,
            CurrencyCode = amount.CurrencyCode,
            Amount = amount,
        },
    };

    private static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };

    private async Task EveryFigureIsAnsweredOrRefused(PortfolioQuery query)
    {
        await WaitUntilCaughtUp();
        var portfolio = mesh.Portfolio;
        await Judged(async () => await portfolio.GetPortfolioSummaryAsync(new() { Query = query }));
        foreach (var measure in (Measure[])[Measure.Pledged, Measure.Committed, Measure.Disbursed])
        {
            foreach (var order in (CoInvestmentOrder[])[CoInvestmentOrder.Key, CoInvestmentOrder.Total])
                await Judged(async () => await portfolio.ListCoInvestmentsAsync(new() { Query = query, Measure = measure, OrderBy = order }));
        }

        foreach (var order in (PipelineOrder[])[PipelineOrder.Score, PipelineOrder.FundingGap, PipelineOrder.CapitalCost])
            await Judged(async () => await portfolio.ListPipelineAsync(new() { Query = query, OrderBy = order }));
        var unfiltered = query.Clone();
        unfiltered.Filter = null;
        await Judged(async () => await portfolio.GetProjectDossierAsync(new() { Name = "projects/one", Query = unfiltered }));
        await Judged(async () =>
        {
            using var watch = portfolio.WatchPortfolio(new() { Query = query });
            return await watch.ResponseStream.MoveNext(CancellationToken.None);
        });
    }

    /// <summary>Queries an empty selection, whose figures exist whatever the others are.</summary>
    private async Task WaitUntilCaughtUp()
    {
        var nothing = new ListCoInvestmentsRequest { Query = new() { Filter = new() { Projects = { "projects/none" } } } };
        foreach (var owner in mesh.Owners)
        {
            var last = await mesh.LastSequence(owner.Name);
            await Eventually.True(async () => (await mesh.Portfolio.ListCoInvestmentsAsync(nothing)).Freshness
                .Single(freshness => freshness.Source == owner.Name).AppliedSequence >= last);
        }
    }
}
