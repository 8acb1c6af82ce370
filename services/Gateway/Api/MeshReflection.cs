using Grpc.Reflection;

namespace Mining.Gateway.Api;

/// <summary>Reflection for every API at the gateway's address, its own and the forwarded ones.</summary>
public static class MeshReflection
{
    private static readonly Google.Protobuf.Reflection.ServiceDescriptor[] Apis =
    [
        Portfolio.V1.PortfolioService.Descriptor,
        Projects.V1.ProjectService.Descriptor,
        Investors.V1.InvestorService.Descriptor,
        Refining.V1.RefiningService.Descriptor,
        Changes.V1.ChangeFeedService.Descriptor,
        Proposals.V1.ProposalService.Descriptor,
        Changes.V1.AuditService.Descriptor,
        Grpc.Health.V1.Health.Descriptor,
    ];

    public static void AddMeshReflection(this IServiceCollection services) => services
        .AddSingleton(new ReflectionServiceImpl(Apis))
        .AddSingleton(new ReflectionV1ServiceImpl(Apis));

    public static void MapMeshReflection(this WebApplication app)
    {
        app.MapGrpcService<ReflectionServiceImpl>();
        app.MapGrpcService<ReflectionV1ServiceImpl>();
    }
}
