// The gateway: folds the changes of all services into an in-memory read model, and answers queries about shares and health from it.
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mining.Gateway.Api;
using Mining.Gateway.Features;
using Mining.Gateway.Follow;
using Mining.Platform.Bus;
using Mining.Platform.Hosting;

const string service = "gateway";
return await MeshService.Run(service, args, async () =>
{
    var builder = MeshService.CreateBuilder(service, args, HttpProtocols.Http1AndHttp2).AddDatabase();
    // With this category enabled, ASP.NET Core starts an activity for every call even if nobody traces, and it logs nothing that we show.
    builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    builder.Services.AddGateway(builder.Configuration).AddPortfolio();
    builder.Services.AddHostedService<FollowerMetrics>();
    builder.Services.AddHostedService<DeliveryMetrics>();
    builder.Services.AddSingleton<IFeedReader, FeedReader>();
    builder.Services.AddHttpForwarder();
    builder.Services.AddGrpc().AddJsonTranscoding(options => options.TypeRegistry = JsonErrors.Details);
    builder.Services.AddMeshReflection();
    builder.Services.AddHealthChecks().AddCheck<ReadModelHealth>("read-model");

    var app = builder.Build();
    app.UseMesh();
    app.MapPortfolio();
    app.MapGrpcService<ForwardedFeeds>();
    app.MapGrpcService<ForwardedProposals>();
    app.MapGrpcService<ForwardedAudit>();
    app.MapForwardedServices();
    app.MapMeshReflection();
    await app.ServeMesh();
});
