using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mining.Gateway.Api;
using Mining.Gateway.Features;
using Mining.Investors.Api;
using Mining.Investors.Features;
using Mining.Platform.Feed;
using Mining.Platform.Hosting;
using Mining.Projects.Api;
using Mining.Projects.Features;
using Mining.Refining.Api;
using Mining.Refining.Features;

namespace Mining.Simulation.Nodes;

/// <summary>The composition of a service, as in its own Program, and the classes that serve its API.</summary>
internal sealed class Blueprint(Action<IServiceCollection, IConfiguration> compose, Assembly migrations, params Type[] apis)
{
    public static readonly IReadOnlyDictionary<string, Blueprint> All = new Dictionary<string, Blueprint>(StringComparer.Ordinal)
    {
        ["projects"] = new(
            (services, _) => services.AddChangeLog().AddProjects(), typeof(ProjectGrpcService).Assembly, typeof(ProjectGrpcService)),
        ["investors"] = new(
            (services, _) => services.AddChangeLog().AddKnownProjects().AddInvestors(), typeof(InvestorGrpcService).Assembly, typeof(InvestorGrpcService)),
        ["refining"] = new(
            (services, _) => services.AddChangeLog().AddKnownProjects().AddRefining(), typeof(RefiningGrpcService).Assembly, typeof(RefiningGrpcService)),
        ["gateway"] = new(
            (services, configuration) => services.AddGateway(configuration), typeof(PortfolioGrpcService).Assembly, typeof(PortfolioGrpcService)),
    };

    private readonly ConcurrentDictionary<string, (Type Api, MethodInfo Method)> handlers = new(StringComparer.Ordinal);

    /// <summary>The assembly of its migrations.</summary>
    public Assembly Migrations => migrations;

    public void Compose(IServiceCollection services, IConfiguration configuration)
    {
        compose(services, configuration);
        foreach (var api in apis)
            services.AddSingleton(api);
    }

    /// <summary>The class that serves a method.</summary>
    public (object Service, MethodInfo Method) Handler(IServiceProvider services, string method)
    {
        var (api, handler) = handlers.GetOrAdd(method, name => apis.Append(typeof(ChangeFeedGrpcService))
            .Select(type => (type, type.GetMethod(name)))
            .First(found => found.Item2 is not null)!);
        return (services.GetRequiredService(api), handler);
    }
}
