using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Mining.Platform.Authentication;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>The API of proposals, in each service that owns the records concerned. One line per method.</summary>
public sealed class ProposalGrpcService(
    RaiseProposal raise,
    ApproveProposal approve,
    RejectProposal reject,
    WithdrawProposal withdraw,
    ReadProposals read,
    WatchProposals watch)
    : ProposalService.ProposalServiceBase
{
    public override Task<Proposal> RaiseProposal(RaiseProposalRequest request, ServerCallContext context) =>
        raise.Run(request, Caller.From(context), context.CancellationToken);

    public override Task<Proposal> ApproveProposal(ApproveProposalRequest request, ServerCallContext context) =>
        approve.Run(request, context);

    public override Task<Proposal> RejectProposal(RejectProposalRequest request, ServerCallContext context) =>
        reject.Run(request, context);

    public override Task<Proposal> WithdrawProposal(WithdrawProposalRequest request, ServerCallContext context) =>
        withdraw.Run(request, context);

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
    /// <typeparam name="TFourEyes">Knows the sides that require two approvers (four eyes).</typeparam>
    public static IServiceCollection AddProposals<TFourEyes>(this IServiceCollection services)
        where TFourEyes : class, IFourEyesSides => services
        .AddSingleton<IFourEyesSides, TFourEyes>()
        .AddSingleton<ProposalStore>()
        .AddSingleton<RaiseProposal>()
        .AddSingleton<ApproveProposal>()
        .AddSingleton<RejectProposal>()
        .AddSingleton<WithdrawProposal>()
        .AddSingleton<ReadProposals>()
        .AddSingleton<WatchProposals>()
        .AddSingleton<ProposalExpiry>()
        .AddHostedService(provider => provider.GetRequiredService<ProposalExpiry>());
}
