using Mining.Investors.Storage;
using Mining.Platform.Features;
using Mining.Proposals;

namespace Mining.Investors.Features;

/// <summary>What the investors service can do, each feature once, and the stores that it needs.</summary>
public static class InvestorsFeatures
{
    public static IServiceCollection AddInvestors(this IServiceCollection services) => services
        .AddSingleton<PartnershipStore>()
        .AddSingleton<InvestorStore>()
        .AddSingleton<CommitmentStore>()
        .AddSingleton<ExchangeRateStore>()
        .AddFeature<ListPartnerships>()
        .AddFeature<UpdatePartnership>()
        .AddFeature<CreateInvestor>()
        .AddFeature<ListInvestors>()
        .AddFeature<UpdateInvestor>()
        .AddFeature<CreateCommitment>()
        .AddFeature<GetCommitment>()
        .AddFeature<ListCommitments>()
        .AddFeature<UpdateCommitment>()
        .AddFeature<SignCommitment>()
        .AddFeature<CancelCommitment>()
        .AddFeature<RecordDisbursement>()
        .AddFeature<PublishExchangeRates>()
        .AddFeature<ListExchangeRates>()
        .AddFeature<ImportExchangeRates>()
        .AddSingleton<ConfidentialTotalsStore>()
        .AddSingleton<PublishConfidentialTotals>()
        .AddProposals<FourEyesSides>()
        .AddHostedService<ConfigurePartnership>()
        .AddHostedService(provider => provider.GetRequiredService<PublishConfidentialTotals>());
}
