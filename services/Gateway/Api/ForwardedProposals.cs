using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Platform.Calls;
using Mining.Platform.Errors;
using Mining.Primitives.Catalogues;
using Mining.Proposals;
using Mining.Proposals.V1;
using static Mining.Proposals.V1.ProposalService;

namespace Mining.Gateway.Api;

/// <summary>
/// The proposals of all services. A call is forwarded to the service that the command's type, the proposal's name or the
/// <c>source</c> selects.
/// </summary>
public sealed class ForwardedProposals(IServiceCalls services, IHostApplicationLifetime lifetime) : ProposalServiceBase
{
    /// <summary>The services that have proposals.</summary>
    private static readonly string[] Sources = ["projects", "investors"];

    public override async Task<Proposal> RaiseProposal(RaiseProposalRequest request, ServerCallContext context)
    {
        var type = Any.GetTypeName(request.Command?.TypeUrl ?? "");
        var client = type.Split('.') is ["mining", var service, _, _] && Sources.Contains(service)
            ? new ProposalServiceClient(services.To(service))
            : throw new RefusedException(Refusal.Invalid(
                "command", $"must be a request message of the projects or investors service, but is {(type.Length == 0 ? "empty" : Quote.Of(type))}."));
        return await client.RaiseProposalAsync(WithRequestId(request), context.Onward());
    }

    public override async Task<Proposal> ApproveProposal(ApproveProposalRequest request, ServerCallContext context) =>
        await ToOwner(request.Name).ApproveProposalAsync(WithRequestId(request), context.Onward());

    public override async Task<Proposal> RejectProposal(RejectProposalRequest request, ServerCallContext context) =>
        await ToOwner(request.Name).RejectProposalAsync(WithRequestId(request), context.Onward());

    public override async Task<Proposal> WithdrawProposal(WithdrawProposalRequest request, ServerCallContext context) =>
        await ToOwner(request.Name).WithdrawProposalAsync(WithRequestId(request), context.Onward());

    public override async Task<Proposal> GetProposal(GetProposalRequest request, ServerCallContext context) =>
        await ToOwner(request.Name).GetProposalAsync(request, context.Onward());

    public override async Task<ListProposalsResponse> ListProposals(ListProposalsRequest request, ServerCallContext context) =>
        await ToSource(request.Source).ListProposalsAsync(request, context.Onward());

    public override async Task WatchProposals(
        WatchProposalsRequest request, IServerStreamWriter<WatchProposalsResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var watch = ToSource(request.Source).WatchProposals(request, context.Onward());
        try
        {
            await foreach (var answer in watch.ResponseStream.ReadAllAsync(ending.Token))
                await responseStream.WriteAsync(answer, ending.Token);
        }
        catch (Exception exception) when (ForwardedFeeds.IsStopping(exception, lifetime) && !context.CancellationToken.IsCancellationRequested)
        {
            // End the stream when the gateway stops.
            throw new RefusedException(Proposals.WatchProposals.Stopping);
        }
    }

    /// <summary>Sets a request id if there is none: the channel retries calls, and a retry must not propose or vote twice.</summary>
    private static T WithRequestId<T>(T request)
        where T : Google.Protobuf.IMessage
    {
        var field = request.Descriptor.FindFieldByName("request_id").Accessor;
        if (field.GetValue(request) is "")
            field.SetValue(request, $"gateway-{RandomNumberGenerator.GetHexString(32, lowercase: true)}");
        return request;
    }

    private ProposalServiceClient ToOwner(string name) => ProposalName.ServiceOf(name) is { } service && Sources.Contains(service)
        ? new(services.To(service))
        : throw new RefusedException(Refusal.Invalid("name", $"{Quote.Of(name)} is not the name of a proposal, such as proposals/investors-17."));

    private ProposalServiceClient ToSource(string source) => Sources.Contains(source)
        ? new(services.To(source))
        : throw new RefusedException(Refusal.Invalid("source", $"must be one of: {string.Join(", ", Sources)}."));
}
