using System.Globalization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Names;
using Mining.Platform.Paging;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>Lists who changed a project, what and when, latest first. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class ListRevisions(ProjectStore store, ChangeLog log, PageTokens tokens)
{
    public async Task<ListRevisionsResponse> Run(ListRevisionsRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Projects.ReadName("name", request.Name, violations);
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, violations);
        violations.ThrowIfAny();

        await store.Read(name, cancellation);
        var below = position is [var version] ? long.Parse(version, CultureInfo.InvariantCulture) : long.MaxValue;
        var revisions = await log.ReadRevisions(name, below, pageSize + 1, cancellation);
        var answer = new ListRevisionsResponse { Revisions = { revisions.Take(pageSize) } };
        if (revisions.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, revisions[pageSize - 1].Version.ToString(CultureInfo.InvariantCulture));
        return answer;
    }
}
