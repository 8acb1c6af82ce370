// The investors service: owns partnerships, investors, commitments, disbursements and exchange rates.
using Mining.Investors.Api;
using Mining.Investors.Features;
using Mining.Investors.Storage;
using Mining.Platform.Bus;
using Mining.Platform.Hosting;

var builder = MeshService.CreateBuilder("investors", args).AddChangeLog().AddSubscriber<KnownProjects>();
builder.Services
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
    .AddHostedService<ConfigurePartnership>();

var app = builder.Build();
app.UseMesh();
app.MapGrpcService<InvestorGrpcService>();
app.MapGrpcReflectionService();
await app.RunMesh();
