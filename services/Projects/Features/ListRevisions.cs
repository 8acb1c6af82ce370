using Mining.Platform.Authentication;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;
using Mining.Primitives.Names;
using Mining.Projects.Storage;
using Mining.Projects.V1;
using System.Globalization;

namespace Mining.Projects.Features;

/// <summary>Lists the revisions of a project, latest first. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class ListRevisions(ProjectStore store, ChangeLog log, PageTokens tokens)
    : Feature<ListRevisionsRequest, ListRevisionsResponse>
{
    public override async Task<ListRevisionsResponse> Run(ListRevisionsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        var below = long.MaxValue;
        if (position.Length > 0 && (position is not [var version] || !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out below)))
            violations.Add("page_token", "is not a token of this service; use next_page_token of the previous response.");
        violations.ThrowIfAny();

        await store.Read(name, cancellation);
        var revisions = await log.ReadRevisions(name, below, pageSize + 1, cancellation);
        var answer = new ListRevisionsResponse { Revisions = { revisions.Take(pageSize) } };
        if (revisions.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, revisions[pageSize - 1].Version.ToString(CultureInfo.InvariantCulture));
        return answer;
    }
}
