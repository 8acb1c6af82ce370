// At stake: one side's confidential data must stay hidden from a reader of the other side who queries everything in every way, over the
// wire. The answers before and after the confidential data exists must be the same, byte for byte, except for the applied sequences.
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Investors.V1;
using Mining.LocalMesh.Identity;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Testing;
using Xunit;
using Date = Google.Type.Date;
using Enum = System.Enum;
using Money = Google.Type.Money;

namespace Mining.Mesh.Tests.Access;

public sealed class ConfidentialTests : IAsyncLifetime
{
    private static readonly Persona European = Named("eu-officer");
    private static readonly Persona American = Named("us-officer");
    private static readonly Persona Board = Named("board");
    private static readonly Persona Operator = Named("operator");
    private static readonly Persona Auditor = Named("auditor");
    private static readonly Date[] Days = [new() { Year = 2024, Month = 12, Day = 31 }, new() { Year = 2025, Month = 6, Day = 1 }, new() { Year = 2027, Month = 1, Day = 1 }];

    private readonly MeshProcesses mesh = new();

    public async ValueTask InitializeAsync()
    {
        await mesh.Start();
        await mesh.ProjectsClient.CreateProjectAsync(new()
        {
            ProjectId = "mine",
            Project = new Project
            {
                DisplayName = "A mine",
                Country = "FR",
                Kinds = { ProjectKind.Mining },
                Minerals = { "lithium" },
                Stage = Stage.Financing,
                CapitalCost = Euros(10_000),
                Parties = { "EU", "US" },
            },
        });
        foreach (var (id, country) in (IEnumerable<(string, string)>)[("a", "DE"), ("b", "FR"), ("c", "PL"), ("doe", "US")])
            await mesh.InvestorsClient.CreateInvestorAsync(new() { InvestorId = id, Investor = new Investor { DisplayName = id, Country = country, Kind = InvestorKind.Fund } });
        await mesh.InvestorsClient.CreateCommitmentAsync(new() { CommitmentId = "open", Commitment = Loan("doe", 500) });
        await mesh.InvestorsClient.UpdatePartnershipAsync(new()
        {
            Partnership = new Partnership { Name = "partnerships/eu-us", ClosedThrough = Date(2024, 6, 30) },
        });
        await mesh.CaughtUp();
    }

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task No_sequence_of_queries_reveals_a_confidential_commitment_to_another_side()
    {
        Persona[] others = [American, Board, Operator];
        var before = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var persona in others)
            before[persona.Name] = await AllAnswersFor(persona);
        var ownSideBefore = await AllAnswersFor(European);

        await Record("secret-a", "a", 300, Date(2025, 1, 1));
        // In the closed period too, where a change needs all sides.
        await Record("secret-b", "b", 40, announced: null, TestIssuer.Developer);
        await mesh.CaughtUp();
        Assert.NotEqual(ownSideBefore, await AllAnswersFor(European));
        foreach (var persona in others)
            Assert.Equal(before[persona.Name], await AllAnswersFor(persona));

        // Step by step over a single commitment; each step changes a figure of its own side.
        using var european = TestIssuer.Channel(mesh.Gateway.Address, European);
        var client = new InvestorService.InvestorServiceClient(european);
        foreach (var step in (Func<Task>[])[
            async () => await client.SignCommitmentAsync(new() { Name = "commitments/secret-a", Date = Date(2025, 2, 1) }),
            async () => await client.RecordDisbursementAsync(new() { Name = "commitments/secret-a", Disbursement = new() { Amount = Euros(7), Date = Date(2025, 3, 1) } }),
            async () => await client.UpdateCommitmentAsync(new() { Commitment = new() { Name = "commitments/secret-b", Amount = Euros(41) } }),
            async () => await client.CancelCommitmentAsync(new() { Name = "commitments/secret-b", Date = Date(2026, 2, 1) })])
        {
            var own = await SummaryOf(European);
            await step();
            await mesh.CaughtUp();
            Assert.NotEqual(own, await SummaryOf(European));
            Assert.Equal(before[American.Name], await AllAnswersFor(American));
        }

        foreach (var persona in others)
            Assert.Equal(before[persona.Name], await AllAnswersFor(persona));
        Assert.Contains("secret-a", string.Join("\n", await AllAnswersFor(Auditor)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_total_of_three_investors_is_shown_to_the_other_side_and_their_parts_are_not()
    {
        var before = await AllAnswersFor(American);
        await Record("secret-a", "a", 300, Date(2025, 1, 1));
        await Record("secret-b", "b", 40, Date(2025, 1, 1));
        await Record("secret-c", "c", 5, Date(2025, 1, 1));
        using var channel = TestIssuer.Channel(mesh.Gateway.Address, American);
        var portfolio = new PortfolioService.PortfolioServiceClient(channel);
        await Eventually.True(
            async () => (await portfolio.GetPortfolioSummaryAsync(new())).ConfidentialTotals.Count > 0,
            TimeSpan.FromSeconds(60),
            () => $"no total was published:\n{mesh.Tail}");

        var summary = await portfolio.GetPortfolioSummaryAsync(new());
        Assert.Equal(345, Assert.Single(summary.ConfidentialTotals).Pledged.Units);
        Assert.Equal(345, summary.AllProjects[0].Sides.Single(side => side.SideId == "EU").Amount.Units);
        Assert.Equal(0, summary.JointProjects[0].Sides.Single(side => side.SideId == "EU").Amount.Units);

        // Only the totals over everything and by instrument have changed. No part shows: not 300, 40, 5 or the sum of two of them.
        var after = await AllAnswersFor(American);
        var parts = new HashSet<long> { 300, 40, 5, 340, 305, 45 };
        Assert.Equal(before.Count, after.Count);
        foreach (var answer in before.Zip(after).Where(pair => pair.First != pair.Second).Select(pair => pair.Second))
        {
            Assert.DoesNotContain(Units(answer), parts.Contains);
            Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
        }
    }

    /// <summary>All whole amounts in an answer.</summary>
    private static IEnumerable<long> Units(string answer) => System.Text.RegularExpressions.Regex.Matches(answer, "\"units\": \"(\\d+)\"")
        .Select(match => long.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

    private async Task<string> SummaryOf(Persona persona) => (await AllAnswersFor(persona, onlySummary: true)).Single();

    /// <summary>Everything a reader can query: figures by every filter and grouping, records, writes, JSON.</summary>
    private async Task<IReadOnlyList<string>> AllAnswersFor(Persona persona, bool onlySummary = false)
    {
        using var channel = TestIssuer.Channel(mesh.Gateway.Address, persona);
        var portfolio = new PortfolioService.PortfolioServiceClient(channel);
        var investors = new InvestorService.InvestorServiceClient(channel);
        var proposals = new ProposalService.ProposalServiceClient(channel);
        var told = new List<string>();
        if (onlySummary)
        {
            await Ask(async () => await portfolio.GetPortfolioSummaryAsync(new()));
            return told;
        }

        string[] names = ["a", "b", "c", "doe"];
        PortfolioFilter[] filters =
        [
            new(), new() { Projects = { "projects/mine" } }, new() { Countries = { "FR" } }, new() { Stages = { Stage.Financing } },
            new() { Minerals = { "lithium" } }, new() { Kinds = { ProjectKind.Mining } },
            .. names.Select(name => new PortfolioFilter { Investors = { $"investors/{name}" } }),
            .. names.Select(name => new PortfolioFilter { Investors = { names.Where(other => other != name).Select(other => $"investors/{other}") } }),
            .. Enum.GetValues<Instrument>().Where(value => value != Instrument.Unspecified).Select(value => new PortfolioFilter { Instruments = { value } }),
        ];
        foreach (var query in from filter in filters from day in Days select new PortfolioQuery { Filter = filter, AsOf = day })
        {
            await Ask(async () => await portfolio.GetPortfolioSummaryAsync(new() { Query = query }));
            await Ask(async () => await portfolio.ListPipelineAsync(new() { Query = query, OrderBy = PipelineOrder.FundingGap }));
            if (query.Filter.Investors.Count > 1)
                continue;
            foreach (var grouping in Enum.GetValues<CoInvestmentGrouping>().Where(_ => query.AsOf == Days[^1]))
                await Ask(async () => await portfolio.ListCoInvestmentsAsync(new() { Query = query, GroupBy = grouping, Measure = Measure.Pledged, PageSize = 1 }));
        }

        await Ask(async () => await portfolio.GetProjectDossierAsync(new() { Name = "projects/mine" }));
        using var watch = portfolio.WatchPortfolio(new());
        await Ask(async () =>
        {
            await watch.ResponseStream.MoveNext(CancellationToken.None);
            return watch.ResponseStream.Current.Summary;
        });
        await Ask(async () => await investors.GetCommitmentAsync(new() { Name = "commitments/open" }));
        foreach (var id in (string[])["secret-a", "secret-b"])
        {
            await Ask(async () => await investors.GetCommitmentAsync(new() { Name = $"commitments/{id}" }));
            await Ask(async () => await investors.UpdateCommitmentAsync(new() { Commitment = new() { Name = $"commitments/{id}", Note = "?" }, ValidateOnly = true }));
            await Ask(async () => await investors.SignCommitmentAsync(new() { Name = $"commitments/{id}", ValidateOnly = true }));
            // A proposal's command is tried out as if everybody had approved; that must not reveal anything.
            await Propose(new SignCommitmentRequest { Name = $"commitments/{id}" });
        }

        foreach (var name in names.Where(name => name != "doe"))
            await Propose(new UpdateInvestorRequest { Investor = new() { Name = $"investors/{name}", Country = "JP" } });
        foreach (var status in Enum.GetValues<CommitmentStatus>().Where(status => status != CommitmentStatus.Unspecified))
            await Ask(async () => await investors.ListCommitmentsAsync(new() { Statuses = { status }, PageSize = 1 }));
        foreach (var name in names)
            await Ask(async () => await investors.ListCommitmentsAsync(new() { Investor = $"investors/{name}", Project = "projects/mine" }));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", TestIssuer.Shared.TokenFor(persona));
        foreach (var path in (string[])["commitments", "commitments/secret-a", "commitments?project=projects/mine"])
            told.Add(await (await http.GetAsync(new Uri($"{mesh.Gateway.Address}/v1/{path}"))).Content.ReadAsStringAsync());
        return told;

        Task Propose(IMessage command) => Ask(async () => await proposals.RaiseProposalAsync(new() { Command = Any.Pack(command), Reason = "?", ValidateOnly = true }));

        async Task Ask<T>(Func<Task<T>> question)
            where T : IMessage
        {
            try
            {
                var answer = await question();
                // How far the gateway has read is no secret; page tokens are opaque.
                answer.Descriptor.FindFieldByName("freshness")?.Accessor.Clear(answer);
                told.Add(answer.ToString()!);
            }
            catch (RpcException refused)
            {
                told.Add(refused.Status.ToString());
            }
        }
    }

    private async Task Record(string id, string investor, long units, Date? announced, Persona? persona = null)
    {
        using var channel = TestIssuer.Channel(mesh.Gateway.Address, persona ?? European);
        var loan = Loan(investor, units);
        (loan.Confidential, loan.AnnouncementDate) = (true, announced);
        await new InvestorService.InvestorServiceClient(channel).CreateCommitmentAsync(new() { CommitmentId = id, Commitment = loan });
    }

    private static Persona Named(string name) => Persona.All.Single(persona => persona.Name == name);

    private static Commitment Loan(string investor, long units) => new()
    {
        Investor = $"investors/{investor}",
        Project = "projects/mine",
        Instrument = Instrument.Loan,
        CurrencyCode = "EUR",
        Amount = Euros(units),
    };

    private static Date Date(int year, int month, int day) => new() { Year = year, Month = month, Day = day };

    private static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };
}
