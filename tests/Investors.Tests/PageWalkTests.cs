using CsCheck;
using Google.Type;
using Mining.Investors.Features;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Testing;
using Xunit;
using Decimal = Google.Type.Decimal;

namespace Mining.Investors.Tests;

// At stake: paging through a list while others write must neither miss a row nor return one twice. Random ids and page sizes, on the real
// features and a real database, with concurrent writers.
public abstract class PageWalkSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private const string Project = "projects/mine";

    [Fact]
    public Task Paging_during_writes_returns_each_investor_once() => PageWalk.Scenes.SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await PageWalk.SeesEachRowOnce(first, later, id => CreateInvestor(service, id), id => Rename(service, id), async token =>
            {
                var page = await service.Get<ListInvestors>().Run(new() { PageSize = pageSize, PageToken = token }, ServiceOnDisk.Tester, CancellationToken.None);
                return (page.Investors.Select(investor => investor.Name), page.NextPageToken);
            });
        },
        iter: 6,
        threads: 1);

    [Fact]
    public Task Paging_during_writes_returns_each_commitment_once() => PageWalk.Scenes.SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await CreateInvestor(service, "bank");
            await PageWalk.SeesEachRowOnce(first, later, id => CreateCommitment(service, id), id => Sign(service, id), async token =>
            {
                var page = await service.Get<ListCommitments>().Run(
                    new() { PageSize = pageSize, PageToken = token, Project = Project }, ServiceOnDisk.Tester, CancellationToken.None);
                return (page.Commitments.Select(commitment => commitment.Name), page.NextPageToken);
            });
        },
        iter: 6,
        threads: 1);

    [Fact]
    public Task Paging_during_writes_returns_each_partnership_once() => PageWalk.Scenes.SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await PageWalk.SeesEachRowOnce(first, later, id => SavePartnership(service, id), id => SavePartnership(service, id), async token =>
            {
                var page = await service.Get<ListPartnerships>().Run(new() { PageSize = pageSize, PageToken = token }, ServiceOnDisk.Tester, CancellationToken.None);
                return (page.Partnerships.Select(partnership => partnership.Name), page.NextPageToken);
            });
        },
        iter: 6,
        threads: 1);

    [Fact]
    public Task Paging_during_writes_returns_each_exchange_rate_once_latest_first()
    {
        var latestFirst = Comparer<string>.Create((left, right) => string.CompareOrdinal(right, left));
        return Gen.Select(Gen.Int[0, 500].ArrayUnique[2, 30], Gen.Int[0, 30], Gen.Int[1, 7]).SampleAsync(
            async (days, cut, pageSize) =>
            {
                await using var service = await Start();
                await PageWalk.SeesEachRowOnce(
                    [.. days.Take(cut)], [.. days.Skip(cut)], day => Publish(service, day, "1.1"), day => Publish(service, day, "1.2"), async token =>
                    {
                        var page = await service.Get<ListExchangeRates>().Run(new() { PageSize = pageSize, PageToken = token }, ServiceOnDisk.Tester, CancellationToken.None);
                        return (page.ExchangeRateTables.Select(table => table.Name), page.NextPageToken);
                    },
                    latestFirst);
            },
            iter: 6,
            threads: 1);
    }

    private Task<ServiceOnDisk> Start() =>
        ServiceOnDisk.Start(storage, "investors", typeof(ListInvestors).Assembly, services => services.AddInvestors(), wrap: null, Project);

    private static async Task<string> CreateInvestor(ServiceOnDisk service, string id) => (await service.Get<CreateInvestor>().Run(
        new() { InvestorId = id, Investor = new Investor { DisplayName = id, Country = "DE", Kind = InvestorKind.DevelopmentBank } },
        ServiceOnDisk.Tester,
        CancellationToken.None)).Name;

    private static Task<Investor> Rename(ServiceOnDisk service, string id) => service.Get<UpdateInvestor>().Run(
        new() { Investor = new Investor { Name = $"investors/{id}", DisplayName = "Another" } }, ServiceOnDisk.Tester, CancellationToken.None);

    private static async Task<string> CreateCommitment(ServiceOnDisk service, string id) => (await service.Get<CreateCommitment>().Run(
        new()
        {
            CommitmentId = id,
            Commitment = new Commitment
            {
                Investor = "investors/bank",
                Project = Project,
                Instrument = Instrument.Loan,
                CurrencyCode = "EUR",
                Amount = InvestorsProcess.Euros(5),
            },
        },
        ServiceOnDisk.Tester,
        CancellationToken.None)).Name;

    private static Task<Commitment> Sign(ServiceOnDisk service, string id) => service.Get<SignCommitment>().Run(
        new() { Name = $"commitments/{id}" }, ServiceOnDisk.Tester, CancellationToken.None);

    /// <summary>Partnerships come from configurations, one per start; here they are written through the store.</summary>
    private static async Task<string> SavePartnership(ServiceOnDisk service, string id)
    {
        var name = $"partnerships/{id}";
        await service.Get<Committer>().Run(
            Command.OfService("investors", "Save"),
            async work => await PartnershipStore.Save(work, await PartnershipStore.Find(work, name), new Partnership { Name = name }),
            CancellationToken.None);
        return name;
    }

    private static async Task<string> Publish(ServiceOnDisk service, int day, string rate)
    {
        var date = new DateOnly(2024, 1, 1).AddDays(day);
        return (await service.Get<PublishExchangeRates>().Run(
            new()
            {
                Date = new Date { Year = date.Year, Month = date.Month, Day = date.Day },
                Rates = { new ExchangeRate { CurrencyCode = "USD", UnitsPerEuro = new Decimal { Value = rate } } },
            },
            ServiceOnDisk.Tester,
            CancellationToken.None)).Name;
    }
}

public sealed class PageWalkTests() : PageWalkSuite(TestStorage.Sqlite);

public sealed class PageWalkOnSqlServerTests() : PageWalkSuite(TestStorage.SqlServer);
