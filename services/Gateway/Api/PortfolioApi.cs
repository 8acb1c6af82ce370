namespace Mining.Gateway.Api;

/// <summary>The gateway's own API.</summary>
public static class PortfolioApi
{
    /// <summary>What is ready goes first; everything else, and JSON, is answered with messages.</summary>
    public static void MapPortfolio(this WebApplication app)
    {
        const int first = -1;
        app.MapGrpcService<PortfolioGrpcService>();
        app.MapGrpcService<ReadyPortfolioGrpcService>().Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = first);
    }
}
