using Mining.Investors.Storage;
using Mining.Proposals;

namespace Mining.Investors.Features;

/// <summary>What the investors service can do, and the stores that it needs.</summary>
public static class InvestorsFeatures
{
    public static IServiceCollection AddInvestors(this IServiceCollection services) => services
        .AddSingleton<PartnershipStore>()
        .AddSingleton<InvestorStore>()
        .AddSingleton<CommitmentStore>()
        .AddSingleton<ExchangeRateStore>()
        .AddSingleton<GetPartnership>()
        .AddSingleton<ListPartnerships>()
        .AddSingleton<UpdatePartnership>()
        .AddSingleton<CreateInvestor>()
        .AddSingleton<GetInvestor>()
        .AddSingleton<ListInvestors>()
        .AddSingleton<UpdateInvestor>()
        .AddSingleton<CreateCommitment>()
        .AddSingleton<GetCommitment>()
        .AddSingleton<ListCommitments>()
        .AddSingleton<UpdateCommitment>()
        .AddSingleton<SignCommitment>()
        .AddSingleton<CancelCommitment>()
        .AddSingleton<RecordDisbursement>()
        .AddSingleton<PublishExchangeRates>()
        .AddSingleton<ListExchangeRates>()
        .AddSingleton<ImportExchangeRates>()
        .AddSingleton<BatchWrite>()
        .AddSingleton<ConfidentialTotalsStore>()
        .AddSingleton<PublishConfidentialTotals>()
        .AddProposals<InvestorDecisions>()
        .AddHostedService<ConfigurePartnership>()
        .AddHostedService(provider => provider.GetRequiredService<PublishConfidentialTotals>());
}
