using Microsoft.Extensions.DependencyInjection;
using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Storage;
using Mining.Proposals;
using Mining.Testing;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Everything that the investors service does with its database.</summary>
internal static class InvestorsScenario
{
    public static async Task Run(Func<Database, Database> wrap)
    {
        await using var service = await ServiceOnDisk.Start(
            TestStorage.Sqlite,
            "investors",
            typeof(InvestorStore).Assembly,
            services => services.AddSingleton<InvestorStore>().AddSingleton<CommitmentStore>().AddSingleton<PartnershipStore>().AddSingleton<ExchangeRateStore>()
                .AddSingleton<ConfidentialTotalsStore>().AddSingleton<ProposalStore>(),
            wrap);
        await Investors(service);
        await Commitments(service);
        await Confidential(service);
        await Partnerships(service);
        await Rates(service);
        await ProposalScenario.Run(service);
        await PlatformScenario.Run(service);
        await PlatformScenario.RunWithProjects(service);
    }

    private static async Task Investors(ServiceOnDisk service)
    {
        var bank = new Investor { Name = "investors/bank", DisplayName = "A bank", Country = "DE", Kind = InvestorKind.DevelopmentBank };
        await service.Commit(work => InvestorStore.Save(work, null, bank));
        await service.Commit(async work => await InvestorStore.Save(work, await InvestorStore.Load(work, bank.Name), bank.Clone()));
        var store = service.Get<InvestorStore>();
        await store.Read(bank.Name, CancellationToken.None);
        await Choices.Each<ListInvestorsRequest>(
            request => store.List(request, "", 10, CancellationToken.None),
            request => request.Countries.Add(["DE", "FR"]),
            request => request.Kinds.Add(InvestorKind.DevelopmentBank),
            request => request.Text = "bank");
    }

    private static async Task Commitments(ServiceOnDisk service)
    {
        var loan = new Commitment { Name = "commitments/loan", Investor = "investors/bank", Project = "projects/mine", Instrument = Instrument.Loan };
        await service.Commit(work => CommitmentStore.Save(work, null, loan));
        await service.Commit(async work =>
        {
            await InvestorStore.LoadCommitted(work);
            await CommitmentStore.LoadOf(work, loan.Investor);
            return await CommitmentStore.Save(work, await CommitmentStore.Load(work, loan.Name), loan.Clone());
        });
        var store = service.Get<CommitmentStore>();
        await store.Read(loan.Name, CancellationToken.None);
        await Choices.Each<ListCommitmentsRequest>(
            async request =>
            {
                await store.List(request, seats: null, "", 10, CancellationToken.None);
                await store.List(request, ["DE", "US"], "", 10, CancellationToken.None);
            },
            request => request.Investor = loan.Investor,
            request => request.Project = loan.Project,
            request => request.Instruments.Add([Instrument.Loan, Instrument.Grant]),
            request => request.Statuses.Add(CommitmentStatus.Pledged));
    }

    private static async Task Confidential(ServiceOnDisk service)
    {
        var store = service.Get<ConfidentialTotalsStore>();
        var day = new DateOnly(2026, 4, 27);
        var totals = new ConfidentialTotals { Name = "confidentialTotals/eu-us.2026-04-27", Partnership = "partnerships/eu-us" };
        await service.Commit(async work =>
        {
            await CommitmentStore.LoadConfidential(work);
            await ConfidentialTotalsStore.KeepPublication(work, totals.Partnership, new("EU", "EU", Instrument.Loan, "EUR"), []);
            await ConfidentialTotalsStore.LoadPublications(work, totals.Partnership);
            return await ConfidentialTotalsStore.Save(work, null, totals, day);
        });
        await service.Commit(async work => await ConfidentialTotalsStore.Save(work, await store.FindLatest(work, totals.Partnership), totals.Clone(), day));
        await service.Get<CommitmentStore>().HasConfidential(CancellationToken.None);
    }

    private static async Task Partnerships(ServiceOnDisk service)
    {
        var partnership = new Partnership { Name = "partnerships/eu-us" };
        await service.Commit(work => PartnershipStore.Save(work, null, partnership));
        await service.Commit(async work =>
        {
            await PartnershipStore.LoadAll(work);
            return await PartnershipStore.Save(work, await PartnershipStore.Load(work, partnership.Name), partnership.Clone());
        });
        await service.Get<PartnershipStore>().Read(partnership.Name, CancellationToken.None);
        await service.Get<PartnershipStore>().ReadAll(CancellationToken.None);
        await service.Get<PartnershipStore>().List("", 10, CancellationToken.None);
    }

    private static async Task Rates(ServiceOnDisk service)
    {
        var day = new DateOnly(2026, 4, 27);
        var table = new ExchangeRateTable { Name = "exchangeRateTables/2026-04-27" };
        await service.Commit(work => ExchangeRateStore.Save(work, null, table));
        await service.Commit(async work => await ExchangeRateStore.Save(work, await ExchangeRateStore.Find(work, day), table.Clone()));
        await service.Get<ExchangeRateStore>().List(day, day, ExchangeRateStore.AfterAll, 10, CancellationToken.None);
    }
}
