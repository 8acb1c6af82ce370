using CsCheck;
using Mining.Projects.Features;
using Mining.Projects.Storage;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Projects.Tests;

// At stake: paging through a list while others write must neither miss a row nor return one twice. Random ids and page sizes, on the real
// features and a real database, with concurrent writers.
public abstract class PageWalkSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    [Fact]
    public Task Paging_during_writes_returns_each_project_once() => PageWalk.Scenes.SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await PageWalk.SeesEachRowOnce(first, later, id => Create(service, id), id => Touch(service, id), async token =>
            {
                var page = await service.Get<ListProjects>().Run(new() { PageSize = pageSize, PageToken = token }, ServiceOnDisk.Tester, CancellationToken.None);
                return (page.Projects.Select(project => project.Name), page.NextPageToken);
            });
        },
        iter: 8,
        threads: 1);

    [Fact]
    public Task Paging_during_writes_returns_each_revision_once() => Gen.Select(Gen.Int[0, 12], Gen.Int[1, 12], Gen.Int[1, 5]).SampleAsync(
        async (first, later, pageSize) =>
        {
            await using var service = await Start();
            await Create(service, "mine");
            var latestFirst = Comparer<string>.Create((left, right) => Number(right).CompareTo(Number(left)));
            await PageWalk.SeesEachRowOnce(
                [.. Enumerable.Repeat("mine", first)],
                [.. Enumerable.Repeat("mine", later)],
                id => Touch(service, id),
                _ => Task.CompletedTask,
                async token =>
                {
                    var page = await service.Get<ListRevisions>().Run(
                        new() { Name = "projects/mine", PageSize = pageSize, PageToken = token }, ServiceOnDisk.Tester, CancellationToken.None);
                    // The first revision is the project itself, which existed before all rows of this test.
                    return (page.Revisions.Select(revision => $"{revision.Version}").Where(version => version != "1"), page.NextPageToken);
                },
                latestFirst);
        },
        iter: 8,
        threads: 1);

    private static int Number(string version) => int.Parse(version, System.Globalization.CultureInfo.InvariantCulture);

    private Task<ServiceOnDisk> Start() => ServiceOnDisk.Start(storage, "projects", typeof(ListProjects).Assembly, services => services.AddProjects());

    private static async Task<string> Create(ServiceOnDisk service, string id) => (await service.Get<CreateProject>().Run(
        new() { ProjectId = id, Project = new Project { DisplayName = id, Country = "FR", Kinds = { ProjectKind.Mining } } },
        ServiceOnDisk.Tester,
        CancellationToken.None)).Name;

    private static async Task<string> Touch(ServiceOnDisk service, string id)
    {
        // A new operator each time, so that it is a change.
        var present = await service.Get<ProjectStore>().Read($"projects/{id}", CancellationToken.None);
        var changed = await service.Get<UpdateProject>().Run(
            new() { Project = new Project { Name = present.Name, Operator = $"after {present.Version}" } }, ServiceOnDisk.Tester, CancellationToken.None);
        return $"{changed.Version}";
    }
}

public sealed class PageWalkTests() : PageWalkSuite(TestStorage.Sqlite);

public sealed class PageWalkOnSqlServerTests() : PageWalkSuite(TestStorage.SqlServer);
