// The investors service: owns partnerships, investors, commitments, disbursements and exchange rates.
using Mining.Investors.Api;
using Mining.Investors.Features;
using Mining.Platform.Hosting;
using Mining.Proposals;

const string service = "investors";
return await MeshService.Run(service, args, async () =>
{
    var builder = MeshService.CreateBuilder(service, args).AddChangeLog().AddKnownProjects();
    builder.Services.AddInvestors();

    var app = builder.Build();
    app.UseMesh();
    app.MapGrpcService<InvestorGrpcService>();
    app.MapGrpcService<ProposalGrpcService>();
    app.MapGrpcReflectionService();
    await app.RunMesh();
});
