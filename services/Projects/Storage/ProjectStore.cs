using Google.Protobuf;
using Mining.Platform.Commit;
using Mining.Platform.Storage;
using Mining.Primitives.Names;
using Mining.Projects.V1;

namespace Mining.Projects.Storage;

/// <summary>Projects in the database: the state as protobuf, and the columns used to find it.</summary>
public sealed class ProjectStore(Database database) : ResourceStore<ProjectStore, Project>(database), IResourceTable<Project>
{
    public static string Table => "project";

    public static ResourceNames Names => ResourceNames.Projects;

    public static async Task Write(UnitOfWork work, Project? before, Project after)
    {
        var row = new
        {
            after.Name,
            after.Version,
            Stage = (long)after.Stage,
            after.Country,
            SearchText = $"{ResourceNames.Projects.Id(after.Name)}\n{after.DisplayName}\n{after.Operator}".ToLowerInvariant(),
            State = after.ToByteArray(),
        };
        await work.Execute(
            before is null
                ? "INSERT INTO project (name, version, stage, country, search_text, state) VALUES (@Name, @Version, @Stage, @Country, @SearchText, @State)"
                : "UPDATE project SET version = @Version, stage = @Stage, country = @Country, search_text = @SearchText, state = @State WHERE name = @Name",
            row);
        await WriteList(work, after.Name, "mineral", before?.Minerals, after.Minerals);
        await WriteList(work, after.Name, "kind", before?.Kinds.Select(kind => (long)kind), after.Kinds.Select(kind => (long)kind));
    }

    /// <summary>Reads the projects after a name that match the request's filters, ordered by name.</summary>
    public Task<IReadOnlyList<Project>> List(ListProjectsRequest filter, string after, int limit, CancellationToken cancellation)
    {
        var sql = "SELECT p.state FROM project p WHERE p.name > @after";
        if (filter.Stages.Count > 0)
            sql += " AND p.stage IN @stages";
        if (filter.Countries.Count > 0)
            sql += " AND p.country IN @countries";
        if (filter.Minerals.Count > 0)
            sql += " AND EXISTS (SELECT 1 FROM project_mineral m WHERE m.project = p.name AND m.mineral IN @minerals)";
        if (filter.Kinds.Count > 0)
            sql += " AND EXISTS (SELECT 1 FROM project_kind k WHERE k.project = p.name AND k.kind IN @kinds)";
        if (filter.Text.Length > 0)
            sql += " AND p.search_text LIKE @pattern ESCAPE '!'";
        return Select(
            $"{sql} ORDER BY p.name {Database.Limit}",
            new
            {
                after,
                limit,
                stages = filter.Stages.Select(stage => (long)stage),
                countries = filter.Countries.AsEnumerable(),
                minerals = filter.Minerals.AsEnumerable(),
                kinds = filter.Kinds.Select(kind => (long)kind),
                pattern = Like.Containing(filter.Text.ToLowerInvariant()),
            },
            cancellation);
    }
}
