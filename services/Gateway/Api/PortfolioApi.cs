namespace Mining.Gateway.Api;

/// <summary>The gateway's own API.</summary>
public static class PortfolioApi
{
    /// <summary>Registers the service with cached responses as a singleton: it would otherwise be created for each call.</summary>
    public static IServiceCollection AddPortfolio(this IServiceCollection services) => services.AddSingleton<SerializedPortfolioGrpcService>();

    /// <summary>The service with cached responses comes first on the same paths. Other methods and JSON use the ordinary one.</summary>
    public static void MapPortfolio(this WebApplication app)
    {
        const int first = -1;
        app.MapGrpcService<PortfolioGrpcService>();
        app.MapGrpcService<SerializedPortfolioGrpcService>().Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = first);
    }
}
