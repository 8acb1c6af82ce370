using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>Lists projects by name, a page at a time. Errors: INVALID_ARGUMENT.</summary>
public sealed class ListProjects(ProjectStore store, PageTokens tokens)
{
    /// <summary>Maximum number of values per filter.</summary>
    public const int MaxValues = 100;

    private const int MaxTextLength = 100;

    public async Task<ListProjectsResponse> Run(ListProjectsRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        violations.CheckCount("stages", request.Stages.Count, MaxValues);
        violations.CheckCount("minerals", request.Minerals.Count, MaxValues);
        violations.CheckCount("countries", request.Countries.Count, MaxValues);
        violations.CheckCount("kinds", request.Kinds.Count, MaxValues);
        violations.CheckText("text", request.Text, MaxTextLength);
        for (var i = 0; i < Math.Min(request.Stages.Count, MaxValues); i++)
            violations.CheckEnum($"stages[{i}]", request.Stages[i]);
        for (var i = 0; i < Math.Min(request.Kinds.Count, MaxValues); i++)
            violations.CheckEnum($"kinds[{i}]", request.Kinds[i], required: true);
        for (var i = 0; i < Math.Min(request.Minerals.Count, MaxValues); i++)
            violations.CheckMineral($"minerals[{i}]", request.Minerals[i]);
        for (var i = 0; i < Math.Min(request.Countries.Count, MaxValues); i++)
            violations.CheckCountry($"countries[{i}]", request.Countries[i]);
        violations.ThrowIfAny();

        var projects = await store.List(request, position is [var name] ? name : "", pageSize + 1, cancellation);
        var answer = new ListProjectsResponse { Projects = { projects.Take(pageSize) } };
        if (projects.Count > pageSize)
            answer.NextPageToken = tokens.Write(request, caller, projects[pageSize - 1].Name);
        return answer;
    }
}
