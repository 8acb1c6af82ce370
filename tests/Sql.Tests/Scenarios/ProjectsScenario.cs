using Mining.Platform.Storage;
using Mining.Projects.Features;
using Mining.Projects.Storage;
using Mining.Projects.V1;
using Mining.Testing;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Everything that the projects service does with its database.</summary>
internal static class ProjectsScenario
{
    public static async Task Run(Func<Database, Database> wrap)
    {
        await using var service = await ServiceOnDisk.Start(
            TestStorage.Sqlite, "projects", typeof(ProjectStore).Assembly, services => services.AddProjects(), wrap);
        var before = new Project { Name = "projects/mine", DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } };
        await service.Commit(work => ProjectStore.Save(work, null, before));
        var after = before.Clone();
        after.Kinds.Add(ProjectKind.Refining);
        after.Minerals.Add("cobalt");
        await service.Commit(async work => await ProjectStore.Save(work, await ProjectStore.Load(work, before.Name), after));

        var store = service.Get<ProjectStore>();
        await store.Read(before.Name, CancellationToken.None);
        await Choices.Each<ListProjectsRequest>(
            request => store.List(request, "", 10, CancellationToken.None),
            request => request.Stages.Add([Stage.Construction, Stage.Operating]),
            request => request.Countries.Add("FR"),
            request => request.Minerals.Add(["lithium", "cobalt", "nickel"]),
            request => request.Kinds.Add(ProjectKind.Mining),
            request => request.Text = "mine");
        await ProposalScenario.Run(service);
        await PlatformScenario.Run(service);
    }
}
