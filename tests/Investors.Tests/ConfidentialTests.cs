// At stake: one side must not read, list, change or count another side's confidential commitments, and published totals must not reveal a
// single one. The features on a real database; what the gateway does with the totals is tested there, and the rule itself in Domain.
using Google.Type;
using Mining.Investors.Features;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Testing;
using Xunit;

namespace Mining.Investors.Tests;

public sealed class ConfidentialTests() : ConfidentialSuite(TestStorage.Sqlite);

public sealed class ConfidentialOnSqlServerTests() : ConfidentialSuite(TestStorage.SqlServer);

public abstract class ConfidentialSuite(TestStorage storage) : IAsyncLifetime
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private static readonly Caller European = new("eu:officer") { Roles = Roles.Officer, Sides = ["EU"] };
    private static readonly Caller American = new("us:officer") { Roles = Roles.Officer, Sides = ["US"] };
    private static readonly Caller BoardOfNoSide = new("eu:board") { Roles = Roles.Board };
    private static readonly Caller OperatorOfEurope = new("eu:operator") { Roles = Roles.Operator, Sides = ["EU"] };
    private static readonly Caller Auditor = new("us:auditor") { Roles = Roles.Auditor };

    private ServiceOnDisk service = null!;

    public async ValueTask InitializeAsync()
    {
        service = await ServiceOnDisk.Start(
            storage, "investors", typeof(InvestorStore).Assembly, services => services.AddInvestors(), wrap: null, "projects/mine");
        await Write(work => PartnershipStore.Save(work, null, new Partnership
        {
            Name = "partnerships/eu-us",
            DisplayName = "EU and US",
            ReportingCurrency = "EUR",
            Sides =
            {
                new Side { SideId = "EU", DisplayName = "EU", Countries = { "DE", "FR" }, TargetSharePpm = 500_000 },
                new Side { SideId = "US", DisplayName = "US", Countries = { "US" }, TargetSharePpm = 500_000 },
            },
        }));
        foreach (var id in (string[])["a", "b", "c", "d", "e", "f"])
            await CreateInvestor(id, "DE", European);
        await CreateInvestor("doe", "US", American);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_confidential_commitment_is_visible_only_to_its_own_side_and_auditors()
    {
        await Create("secret", "a");
        foreach (var caller in (Caller[])[European, Auditor])
            Assert.True((await Get("secret", caller)).Confidential);
        foreach (var caller in (Caller[])[American, BoardOfNoSide, OperatorOfEurope])
            Assert.Equal("RESOURCE_NOT_FOUND", (await Refusal(() => Get("secret", caller))).Reason);
    }

    [Fact]
    public async Task Other_sides_get_the_same_refusal_as_for_a_missing_commitment()
    {
        await Create("secret", "a");
        var hidden = await Refusal(() => Get("secret", American));
        var absent = await Refusal(() => Get("absent", American));
        Assert.Equal(absent.Message, hidden.Message.Replace("secret", "absent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_of_another_side_gets_not_found()
    {
        await Create("secret", "a");
        const string name = "commitments/secret";
        foreach (var command in (Func<Task>[])[
            () => service.Get<SignCommitment>().Run(new() { Name = name }, American, default),
            () => service.Get<SignCommitment>().Run(new() { Name = name, ValidateOnly = true }, American, default),
            () => service.Get<CancelCommitment>().Run(new() { Name = name, Etag = "7" }, American, default),
            () => service.Get<RecordDisbursement>().Run(new() { Name = name, Disbursement = new() }, American, default),
            () => service.Get<UpdateCommitment>().Run(new() { Commitment = new() { Name = name, Note = "mine" } }, American, default)])
        {
            Assert.Equal("RESOURCE_NOT_FOUND", (await Refusal(command)).Reason);
        }

        Assert.Equal(1, (await Get("secret", European)).Version);
    }

    [Fact]
    public async Task A_list_omits_hidden_commitments_and_still_fills_its_pages()
    {
        foreach (var number in Enumerable.Range(0, 6))
        {
            await Create($"c{number}-secret", "a");
            await Create($"c{number}-open", "b", confidential: false);
        }

        foreach (var caller in (Caller[])[American, BoardOfNoSide, OperatorOfEurope])
        {
            var first = await List(caller, new() { PageSize = 4 });
            Assert.Equal(["c0-open", "c1-open", "c2-open", "c3-open"], first.Commitments.Select(one => one.Name["commitments/".Length..]));
            var second = await List(caller, new() { PageSize = 4, PageToken = first.NextPageToken });
            Assert.Equal(["c4-open", "c5-open"], second.Commitments.Select(one => one.Name["commitments/".Length..]));
            Assert.Equal("", second.NextPageToken);
            Assert.Empty((await List(caller, new() { Investor = "investors/a" })).Commitments);
        }

        Assert.Equal(12, (await List(European, new())).Commitments.Count);
        Assert.Equal(12, (await List(Auditor, new())).Commitments.Count);
    }

    [Fact]
    public async Task A_confidential_commitment_stays_confidential()
    {
        await Create("secret", "a");
        var refusal = await Refusal(() => service.Get<UpdateCommitment>().Run(
            new() { Commitment = new() { Name = "commitments/secret" }, UpdateMask = new() { Paths = { "confidential" } } }, European, default));
        Assert.Equal("update_mask.paths[0]", Assert.Single(refusal.Fields).Field);
        await service.Get<UpdateCommitment>().Run(
            new() { Commitment = new() { Name = "commitments/secret", Note = "later" }, UpdateMask = new() { Paths = { "*" } } }, European, default);
        Assert.True((await Get("secret", European)).Confidential);
    }

    [Fact]
    public async Task A_confidential_commitment_of_an_investor_without_a_side_is_visible_only_to_auditors()
    {
        await CreateInvestor("outside", "JP", European);
        Assert.Equal("CONFIDENTIAL_WITHOUT_SIDE", (await Refusal(() => Create("secret", "outside"))).Reason);

        // A refusal here would tell another side, which may propose such a move, that something is hidden.
        await Create("secret", "a");
        await service.Get<UpdateInvestor>().Run(new() { Investor = new() { Name = "investors/a", Country = "JP" } }, European, default);
        foreach (var caller in (Caller[])[European, American])
        {
            Assert.Equal("RESOURCE_NOT_FOUND", (await Refusal(() => Get("secret", caller))).Reason);
            Assert.Equal("RESOURCE_NOT_FOUND", (await Refusal(() => service.Get<SignCommitment>().Run(new() { Name = "commitments/secret" }, caller, default))).Reason);
        }

        Assert.True((await Get("secret", Auditor)).Confidential);
    }

    [Fact]
    public async Task Totals_are_published_once_three_investors_contribute()
    {
        await Create("one", "a", 100);
        await Create("two", "b", 20);
        await Create("three", "b", 1);
        Assert.Null(await Published());
        await Create("four", "c", 3);
        var totals = (await Published())!;
        var total = Assert.Single(totals.Totals);
        Assert.Equal(
            (124L, 0L, "EUR", "EU", "EU", 4),
            (total.Pledged.Units, total.Committed.Units, total.Pledged.CurrencyCode, total.SideId, Assert.Single(total.OwnerSides), total.PledgedCount));
        Assert.Equal((1L, "partnerships/eu-us"), (totals.Version, totals.Partnership));
    }

    [Fact]
    public async Task Totals_change_only_after_three_investors_have_changed()
    {
        foreach (var investor in (string[])["a", "b", "c"])
            await Create($"loan-{investor}", investor, 10);
        Assert.Equal(30, Assert.Single((await Published())!.Totals).Pledged.Units);

        await Create("loan-d", "d", 7);
        await Sign("loan-a");
        await Create("loan-e", "e", 5);
        await Sign("loan-b");
        Assert.Equal((30, 0), Shown((await Published())!));

        await Create("loan-f", "f", 1);
        // Three investors have joined, but only two have signed: their money counts in both measures.
        Assert.Equal((30, 0), Shown((await Published())!));
        await Sign("loan-c");
        Assert.Equal((43, 30), Shown((await Published())!));
        Assert.Equal(2, (await Published())!.Version);
    }

    [Fact]
    public async Task Split_undisclosed_and_non_additive_commitments_are_in_no_total()
    {
        foreach (var investor in (string[])["a", "b"])
            await Create($"loan-{investor}", investor, 10);
        await Write(async work =>
        {
            var half = (await InvestorStore.Load(work, "investors/c")).Clone();
            half.BeneficialOwners.Add(new BeneficialOwner { Country = "US", SharePpm = 400_000 });
            return await InvestorStore.Save(work, await InvestorStore.Load(work, half.Name), half);
        });
        await Create("split", "c", 10);
        await Create("undisclosed", "d", 0);
        await Create("overlap", "e", 10, adapt: commitment => commitment.CountingBasis = CountingBasis.Overlap);
        await Create("dollars", "f", 10, adapt: commitment => (commitment.CurrencyCode, commitment.Amount.CurrencyCode) = ("USD", "USD"));
        Assert.Null(await Published());
    }

    [Fact]
    public async Task A_partnership_may_require_more_contributors_but_not_fewer()
    {
        var both = new Caller("both") { Roles = Roles.Officer, Sides = ["EU", "US"] };
        Task<Partnership> Ask(int least) => service.Get<UpdatePartnership>().Run(
            new() { Partnership = new() { Name = "partnerships/eu-us", MinContributors = least } }, both, default);
        Assert.Equal("partnership.min_contributors", Assert.Single((await Refusal(() => Ask(2))).Fields).Field);
        Assert.Equal(4, (await Ask(4)).MinContributors);
        foreach (var investor in (string[])["a", "b", "c"])
            await Create($"loan-{investor}", investor, 10);
        Assert.Null(await Published());
        await Create("loan-d", "d", 10);
        Assert.Equal(40, Assert.Single((await Published())!.Totals).Pledged.Units);
    }

    private static (long Pledged, long Committed) Shown(ConfidentialTotals totals) =>
        (Assert.Single(totals.Totals).Pledged.Units, Assert.Single(totals.Totals).Committed.Units);

    private async Task<ConfidentialTotals?> Published()
    {
        await service.Get<PublishConfidentialTotals>().RunOnce(default);
        return await Latest();
    }

    private async Task<ConfidentialTotals?> Latest() => (await service.Changes())
        .LastOrDefault(change => change.Resource.StartsWith("confidentialTotals/", StringComparison.Ordinal))?.State.Unpack<ConfidentialTotals>();

    private Task<Commitment> Create(string id, string investor, long units = 100, bool confidential = true, Action<Commitment>? adapt = null)
    {
        var commitment = new Commitment
        {
            Investor = $"investors/{investor}",
            Project = "projects/mine",
            Instrument = Instrument.Loan,
            CurrencyCode = "EUR",
            Amount = units == 0 ? null : new Money { CurrencyCode = "EUR", Units = units },
            Confidential = confidential,
        };
        adapt?.Invoke(commitment);
        return service.Get<CreateCommitment>().Run(new() { CommitmentId = id, Commitment = commitment }, European, default);
    }

    private Task<Commitment> Sign(string id) => service.Get<SignCommitment>().Run(new() { Name = $"commitments/{id}" }, European, default);

    private Task<Commitment> Get(string id, Caller caller) => service.Get<GetCommitment>().Run(new() { Name = $"commitments/{id}" }, caller, default);

    private Task<ListCommitmentsResponse> List(Caller caller, ListCommitmentsRequest request) => service.Get<ListCommitments>().Run(request, caller, default);

    private Task<Investor> CreateInvestor(string id, string country, Caller caller) => service.Get<CreateInvestor>().Run(
        new() { InvestorId = id, Investor = new() { DisplayName = id, Country = country, Kind = InvestorKind.Company } }, caller, default);

    private Task<T> Write<T>(Func<UnitOfWork, Task<T>> write)
        where T : class, Google.Protobuf.IMessage<T>, new() => service.Get<Committer>().Run(Command.OfService("investors", "Test"), write, default);

    private static async Task<Refusal> Refusal(Func<Task> act) => (await Assert.ThrowsAsync<RefusedException>(act)).Refusal;
}
