using Mining.Projects.Storage;
using Mining.Proposals;

namespace Mining.Projects.Features;

/// <summary>What the projects service can do, and the stores that it needs.</summary>
public static class ProjectsFeatures
{
    public static IServiceCollection AddProjects(this IServiceCollection services) => services
        .AddSingleton<ProjectStore>()
        .AddSingleton<CreateProject>()
        .AddSingleton<GetProject>()
        .AddSingleton<ListProjects>()
        .AddSingleton<UpdateProject>()
        .AddSingleton<ChangeStage>()
        .AddSingleton<RecordMilestone>()
        .AddSingleton<RecordPermit>()
        .AddSingleton<ListRevisions>()
        .AddSingleton<BatchWrite>()
        .AddProposals<ProjectDecisions>();
}
