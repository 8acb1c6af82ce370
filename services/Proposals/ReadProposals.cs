using System.Globalization;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Primitives.Catalogues;
using Mining.Primitives.Settings;
using Mining.Proposals.V1;

namespace Mining.Proposals;

/// <summary>
/// Returns and lists the proposals that the caller may see. Errors: INVALID_ARGUMENT; NOT_FOUND, also if the caller may not see it.
/// </summary>
public sealed class ReadProposals(ProposalStore store, ServiceIdentity service, PageTokens tokens)
{
    /// <summary>Maximum number of values per filter.</summary>
    public const int MaxValues = 100;

    public async Task<Proposal> Run(GetProposalRequest request, Caller caller, CancellationToken cancellation)
    {
        var proposal = await store.Get(request.Name, cancellation);
        return Voting.IsSeenBy(proposal, caller) ? proposal : throw ProposalStore.NotFound(request.Name);
    }

    public async Task<ListProposalsResponse> Run(ListProposalsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        CheckSource(service, request.Source, violations);
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.CheckEach("states", request.States, MaxValues, (field, state) => violations.CheckEnum(field, state, required: true));
        var below = long.MaxValue;
        if (position.Length > 0 && (position is not [var number] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out below)))
            violations.Add("page_token", "is not a token of this service; use next_page_token of the previous response.");
        violations.ThrowIfAny();

        var proposals = await store.List(request.States, SidesOf(caller), below, pageSize + 1, cancellation);
        var answer = new ListProposalsResponse { Proposals = { proposals.Take(pageSize) } };
        if (proposals.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, ProposalName.NumberOf(proposals[pageSize - 1].Name).ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    /// <summary>The sides whose proposals a caller may see; null for all.</summary>
    internal static IReadOnlyList<string>? SidesOf(Caller caller) => caller.Roles.HasFlag(Roles.Auditor) ? null : caller.Sides;

    internal static void CheckSource(ServiceIdentity service, string source, Violations violations)
    {
        if (source.Length > 0 && source != service.Name)
            violations.Add("source", $"is {Quote.Of(source)}; this service serves '{service.Name}'.");
    }
}
