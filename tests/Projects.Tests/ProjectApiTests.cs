// At stake: what a caller of the projects API relies on. A write succeeds or is refused as a whole, with every violation named. Tested
// through the public API only, on the service as a real process.
using Google.Type;
using Grpc.Core;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;
using Date = Google.Type.Date;

namespace Mining.Projects.Tests;

public sealed class ProjectsOnSqlite() : ProjectsProcess(TestStorage.Sqlite);

public sealed class ProjectsOnSqlServer() : ProjectsProcess(TestStorage.SqlServer);

/// <summary>
/// The service as a real process, shared by all tests of a class. If its database is not available, it is not started and the tests are
/// skipped.
/// </summary>
public abstract class ProjectsProcess(TestStorage storage) : IAsyncLifetime
{
    private ServiceProcess? process;

    public ProjectService.ProjectServiceClient Client => new(process!.Channel);

    public ProjectsProcess SkipUnlessAvailable()
    {
        storage.SkipUnlessAvailable();
        return this;
    }

    public async ValueTask InitializeAsync()
    {
        if (!storage.IsAvailable)
            return;
        process = new ServiceProcess("projects", storage: storage);
        await process.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class ProjectApiTests(ProjectsOnSqlite projects) : ProjectApiSuite(projects), IClassFixture<ProjectsOnSqlite>;

public sealed class ProjectApiOnSqlServerTests(ProjectsOnSqlServer projects) : ProjectApiSuite(projects), IClassFixture<ProjectsOnSqlServer>;

public abstract class ProjectApiSuite(ProjectsProcess projects)
{
    private static int count;

    private readonly ProjectService.ProjectServiceClient client = projects.SkipUnlessAvailable().Client;

    [Fact]
    public async Task A_created_project_is_returned_unchanged()
    {
        var created = await Create(project => project.Stage = Stage.Feasibility);
        var read = await client.GetProjectAsync(new() { Name = created.Name });
        Assert.Equal(created, read);
        Assert.Equal(1, read.Version);
        Assert.Equal(new Date { Year = 2028 }, read.BaselineFirstProduction);
        Assert.Equal(Stage.Feasibility, Assert.Single(read.StageHistory).Stage);
    }

    [Fact]
    public async Task A_duplicate_id_is_refused()
    {
        var created = await Create();
        var request = new CreateProjectRequest { ProjectId = created.Name[9..], Project = Valid() };
        await Refused.By(async () => await client.CreateProjectAsync(request), StatusCode.AlreadyExists, "RESOURCE_ALREADY_EXISTS");
    }

    [Fact]
    public async Task All_violations_are_named_at_once()
    {
        var request = new CreateProjectRequest
        {
            ProjectId = "No Spaces",
            Project = new Project
            {
                Country = "UK",
                Kinds = { ProjectKind.Mining, ProjectKind.Mining, (ProjectKind)99 },
                Minerals = { "litium" },
                CapitalCost = new Money { CurrencyCode = "EUR", Units = 1, Nanos = 1 },
                PlannedFirstProduction = new Date { Year = 2028, Month = 2, Day = 31 },
                Outputs = { new Output { Mineral = "cobalt", TonnesPerYear = new() { Value = "-1" } } },
            },
        };
        var status = await Refused.By(async () => await client.CreateProjectAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(
            [
                "project_id", "project.display_name", "project.kinds[1]", "project.kinds[2]", "project.country", "project.minerals[0]",
                "project.capital_cost", "project.outputs[0].mineral", "project.outputs[0].tonnes_per_year", "project.planned_first_production",
            ],
            status.Fields());
        Assert.Contains("lithium", status.Description("project.minerals[0]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validate_only_command_changes_nothing()
    {
        var request = new CreateProjectRequest { ProjectId = "only-asked", Project = Valid(), ValidateOnly = true };
        var answer = await client.CreateProjectAsync(request);
        Assert.Equal("projects/only-asked", answer.Name);
        await Refused.By(async () => await client.GetProjectAsync(new() { Name = answer.Name }), StatusCode.NotFound, "RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task The_same_request_id_gets_the_same_answer_and_another_input_is_refused()
    {
        var request = new CreateProjectRequest { ProjectId = NextId(), Project = Valid(), RequestId = NextId() };
        var first = await client.CreateProjectAsync(request);
        Assert.Equal(first, await client.CreateProjectAsync(request));
        request.Project.DisplayName = "Another";
        await Refused.By(async () => await client.CreateProjectAsync(request), StatusCode.InvalidArgument, "REQUEST_ID_REUSED");
    }

    [Fact]
    public async Task A_hundred_parallel_calls_with_one_request_id_make_one_change()
    {
        var request = new CreateProjectRequest { ProjectId = NextId(), Project = Valid(), RequestId = NextId() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.CreateProjectAsync(request).ResponseAsync));
        Assert.Single(answers.Distinct());
        var revisions = await client.ListRevisionsAsync(new() { Name = answers[0].Name });
        Assert.Single(revisions.Revisions);
    }

    [Fact]
    public async Task A_change_with_a_stale_etag_is_aborted()
    {
        var created = await Create();
        var update = new UpdateProjectRequest { Project = new Project { Name = created.Name, Operator = "New" }, Etag = created.Etag };
        var updated = await client.UpdateProjectAsync(update);
        Assert.Equal("New", updated.Operator);
        Assert.Equal(created.DisplayName, updated.DisplayName);
        await Refused.By(async () => await client.UpdateProjectAsync(update), StatusCode.Aborted, "ETAG_MISMATCH");
    }

    [Fact]
    public async Task A_new_capital_cost_applies_from_its_date_and_the_old_one_before_it()
    {
        var created = await Create();
        var updated = await client.UpdateProjectAsync(new()
        {
            Project = new Project { Name = created.Name, CapitalCost = new Money { CurrencyCode = "EUR", Units = 900 } },
            EffectiveDate = new Date { Year = 2026, Month = 3 },
        });
        Assert.Equal([500, 900], updated.CapitalCostHistory.Select(entry => entry.CapitalCost.Units));
        Assert.Null(updated.CapitalCostHistory[0].EffectiveDate);
        Assert.Equal(new Date { Year = 2026, Month = 3 }, updated.CapitalCostHistory[1].EffectiveDate);
    }

    [Fact]
    public async Task A_stage_changes_only_as_allowed_and_in_date_order()
    {
        var created = await Create(project => project.Stage = Stage.Feasibility);
        var change = new ChangeStageRequest { Name = created.Name, Stage = Stage.Closed, Reason = "closed" };
        await Refused.By(async () => await client.ChangeStageAsync(change), StatusCode.FailedPrecondition, "STAGE_TRANSITION_NOT_ALLOWED");

        change = new ChangeStageRequest { Name = created.Name, Stage = Stage.Construction, Reason = "decided", EffectiveDate = new Date { Year = 2026, Month = 5, Day = 4 } };
        var moved = await client.ChangeStageAsync(change);
        Assert.Equal(Stage.Construction, moved.Stage);

        change = new ChangeStageRequest { Name = created.Name, Stage = Stage.Operating, Reason = "early", EffectiveDate = new Date { Year = 2026, Month = 4 } };
        await Refused.By(async () => await client.ChangeStageAsync(change), StatusCode.FailedPrecondition, "EFFECTIVE_DATE_TOO_EARLY");
    }

    [Fact]
    public async Task A_project_keeps_its_first_baseline_of_first_production()
    {
        var created = await Create(project => project.PlannedFirstProduction = new Date { Year = 2028 });
        Assert.Equal(new Date { Year = 2028 }, created.BaselineFirstProduction);
        var everything = created.Clone();
        everything.BaselineFirstProduction = null;
        everything.PlannedFirstProduction = new Date { Year = 2030 };
        var updated = await client.UpdateProjectAsync(new() { Project = everything, UpdateMask = new() { Paths = { "*" } } });
        Assert.Equal((new Date { Year = 2030 }, new Date { Year = 2028 }), (updated.PlannedFirstProduction, updated.BaselineFirstProduction));
        everything.BaselineFirstProduction = new Date { Year = 2030 };
        await Refused.By(async () => await client.UpdateProjectAsync(new() { Project = everything }), StatusCode.FailedPrecondition, "BASELINE_IS_FIXED");
    }

    [Fact]
    public async Task A_milestone_keeps_its_baseline()
    {
        var created = await Create();
        var milestone = new Milestone { MilestoneId = "first-ore", DisplayName = "First ore", BaselineDate = new Date { Year = 2027 } };
        var recorded = await client.RecordMilestoneAsync(new() { Name = created.Name, Milestone = milestone });
        Assert.Equal(milestone, Assert.Single(recorded.Milestones));
        milestone.BaselineDate = new Date { Year = 2028 };
        await Refused.By(
            async () => await client.RecordMilestoneAsync(new() { Name = created.Name, Milestone = milestone }), StatusCode.FailedPrecondition, "BASELINE_IS_FIXED");
    }

    [Fact]
    public async Task A_permit_cannot_be_both_granted_and_refused()
    {
        var created = await Create();
        var permit = new Permit
        {
            PermitId = "water",
            DisplayName = "Water",
            Activity = PermitActivity.Other,
            GrantDate = new Date { Year = 2026 },
            RefusalDate = new Date { Year = 2026 },
        };
        var status = await Refused.By(
            async () => await client.RecordPermitAsync(new() { Name = created.Name, Permit = permit }), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["permit.refusal_date"], status.Fields());
    }

    [Fact]
    public async Task Revisions_record_who_changed_what()
    {
        var created = await Create();
        await client.UpdateProjectAsync(new() { Project = new Project { Name = created.Name, Operator = "New" } });
        var revisions = (await client.ListRevisionsAsync(new() { Name = created.Name, PageSize = 1 })).Revisions;
        var latest = Assert.Single(revisions);
        Assert.Equal(("local:developer", "UpdateProject", 2), (latest.Actor, latest.Method, latest.Version));
        Assert.Equal(["operator"], latest.ChangedFields);
    }

    [Fact]
    public async Task Paging_returns_each_matching_project_once()
    {
        var tin = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            tin.Add((await Create(project =>
            {
                project.Minerals.Clear();
                project.Minerals.Add("tin");
                project.DisplayName = "100% Tin_";
            })).Name);
        }

        var seen = new List<string>();
        var request = new ListProjectsRequest { PageSize = 3, Minerals = { "tin" }, Kinds = { ProjectKind.Mining }, Countries = { "FR" }, Text = "100% tin_" };
        do
        {
            var page = await client.ListProjectsAsync(request);
            seen.AddRange(page.Projects.Select(project => project.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(tin.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_page_token_of_another_query_is_refused()
    {
        await Create();
        await Create();
        var page = await client.ListProjectsAsync(new() { PageSize = 1 });
        var request = new ListProjectsRequest { PageSize = 1, PageToken = page.NextPageToken, Countries = { "DE" } };
        var status = await Refused.By(async () => await client.ListProjectsAsync(request), StatusCode.InvalidArgument, "INVALID_FIELDS");
        Assert.Equal(["page_token"], status.Fields());
    }

    private static Project Valid() => new()
    {
        DisplayName = "A mine",
        Operator = "Operator",
        Country = "FR",
        Kinds = { ProjectKind.Mining },
        Minerals = { "lithium" },
        CapitalCost = new Money { CurrencyCode = "EUR", Units = 500 },
        PlannedFirstProduction = new Date { Year = 2028 },
    };

    private static string NextId() => $"id-{Interlocked.Increment(ref count):D4}";

    private async Task<Project> Create(Action<Project>? adapt = null)
    {
        var project = Valid();
        adapt?.Invoke(project);
        return await client.CreateProjectAsync(new() { ProjectId = NextId(), Project = project });
    }
}
