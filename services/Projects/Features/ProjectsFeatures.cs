using Mining.Platform.Features;
using Mining.Projects.Storage;
using Mining.Proposals;

namespace Mining.Projects.Features;

/// <summary>What the projects service can do, each feature once, and the stores that it needs.</summary>
public static class ProjectsFeatures
{
    public static IServiceCollection AddProjects(this IServiceCollection services) => services
        .AddSingleton<ProjectStore>()
        .AddFeature<CreateProject>()
        .AddFeature<ListProjects>()
        .AddFeature<UpdateProject>()
        .AddFeature<ChangeStage>()
        .AddFeature<RecordMilestone>()
        .AddFeature<RecordPermit>()
        .AddFeature<ListRevisions>()
        .AddProposals<FourEyesSides>();
}
