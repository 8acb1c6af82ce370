using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Authentication;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>The API of proposals, in each service that owns the records concerned. One line per method.</summary>
public sealed class ProposalGrpcService(RaiseProposal raise, DecideProposal decide, ReadProposals read, WatchProposals watch)
    : ProposalService.ProposalServiceBase
{
    public override Task<Proposal> RaiseProposal(RaiseProposalRequest request, ServerCallContext context) =>
        raise.Run(request, Caller.From(context), context.CancellationToken);

    public override Task<Proposal> ApproveProposal(ApproveProposalRequest request, ServerCallContext context) =>
        decide.Run(request, Caller.From(context), context.CancellationToken);

    public override Task<Proposal> RejectProposal(RejectProposalRequest request, ServerCallContext context) =>
        decide.Run(request, Caller.From(context), context.CancellationToken);

    public override Task<Proposal> WithdrawProposal(WithdrawProposalRequest request, ServerCallContext context) =>
        decide.Run(request, Caller.From(context), context.CancellationToken);

    public override Task<Proposal> GetProposal(GetProposalRequest request, ServerCallContext context) =>
        read.Run(request, Caller.From(context), context.CancellationToken);

    public override Task<ListProposalsResponse> ListProposals(ListProposalsRequest request, ServerCallContext context) =>
        read.Run(request, Caller.From(context), context.CancellationToken);

    public override Task WatchProposals(
        WatchProposalsRequest request, IServerStreamWriter<WatchProposalsResponse> responseStream, ServerCallContext context) =>
        watch.Run(request, responseStream, Caller.From(context), context.CancellationToken);
}

/// <summary>Adds proposals to a service.</summary>
public static class ProposalFeatures
{
    /// <typeparam name="TDecisions">The service's joint decisions.</typeparam>
    public static IServiceCollection AddProposals<TDecisions>(this IServiceCollection services)
        where TDecisions : class, IJointDecisions => services
        .AddSingleton<IJointDecisions, TDecisions>()
        .AddSingleton<ProposalStore>()
        .AddSingleton<RaiseProposal>()
        .AddSingleton<DecideProposal>()
        .AddSingleton<ReadProposals>()
        .AddSingleton<WatchProposals>()
        .AddSingleton<ProposalExpiry>()
        .AddHostedService(provider => provider.GetRequiredService<ProposalExpiry>());
}
