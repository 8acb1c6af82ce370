using Mining.Gateway.Follow;
using Mining.Gateway.Health;
using Mining.Platform.Bus;

namespace Mining.Gateway.Features;

/// <summary>Registers the gateway's features and the services that keep its read model up to date.</summary>
public static class GatewayFeatures
{
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(HealthRules.From(configuration.GetSection("Health")))
        .AddSingleton<GetPortfolioSummary>()
        .AddSingleton<ListCoInvestments>()
        .AddSingleton<ListPipeline>()
        .AddSingleton<GetProjectDossier>()
        .AddSingleton<WatchPortfolio>()
        .AddHostedService(provider => provider.GetRequiredService<WatchPortfolio>())
        .AddSingleton<Checkpoint>()
        .AddSingleton<PortfolioFollower>()
        .AddSingleton<IChangeSink>(provider => provider.GetRequiredService<PortfolioFollower>())
        .AddHostedService(provider => provider.GetRequiredService<PortfolioFollower>())
        .AddSingleton<DeliveryMonitor>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<ChangeConsumer>(provider, PortfolioFollower.Services))
        .AddSingleton<IChangeSubscriber>(provider => provider.GetRequiredService<ChangeConsumer>())
        .AddHostedService(provider => provider.GetRequiredService<ChangeConsumer>());
}
