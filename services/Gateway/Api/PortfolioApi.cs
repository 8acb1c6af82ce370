namespace Mining.Gateway.Api;

/// <summary>The gateway's own API.</summary>
public static class PortfolioApi
{
    /// <summary>The service with cached responses comes first on the same paths. Other methods and JSON use the ordinary one.</summary>
    public static void MapPortfolio(this WebApplication app)
    {
        const int first = -1;
        app.MapGrpcService<PortfolioGrpcService>();
        app.MapGrpcService<ReadyPortfolioGrpcService>().Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = first);
    }
}
