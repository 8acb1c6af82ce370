using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Platform.Paging;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>Lists projects by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListProjects(ProjectStore store, PageTokens tokens)
    : ListFeature<ListProjectsRequest, ListProjectsResponse, Project>(tokens)
{
    protected override void Validate(ListProjectsRequest request, Violations violations)
    {
        violations.CheckEach("stages", request.Stages, MaxValues, (field, value) => violations.CheckEnum(field, value));
        violations.CheckEach("minerals", request.Minerals, MaxValues, violations.CheckMineral);
        violations.CheckEach("countries", request.Countries, MaxValues, violations.CheckCountry);
        violations.CheckEach("kinds", request.Kinds, MaxValues, (field, value) => violations.CheckEnum(field, value, required: true));
        violations.CheckText("text", request.Text, MaxTextLength);
    }

    protected override Task<IReadOnlyList<Project>> Read(
        ListProjectsRequest request, Caller caller, string after, int limit, CancellationToken cancellation) =>
        store.List(request, after, limit, cancellation);

    protected override ListProjectsResponse Respond(IEnumerable<Project> page, string nextPageToken) =>
        new() { Projects = { page }, NextPageToken = nextPageToken };
}
