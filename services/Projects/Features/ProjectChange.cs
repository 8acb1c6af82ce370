using Mining.Platform.Commit;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>What all changes of a project have in common. Errors: NOT_FOUND, ABORTED; PERMISSION_DENIED (OTHER_SIDE).</summary>
internal static class ProjectChange
{
    /// <summary>Loads a project for its parties' officers, and stores what the decision makes of it.</summary>
    public static Func<UnitOfWork, Task<Project>> Prepare(
        string name, string etag, Func<UnitOfWork, Project, Project> decide) => async work =>
    {
        var present = await ProjectStore.Load(work, name);
        work.Caller.RequireSideOf(name, present.Parties);
        UnitOfWork.RequireEtag(etag, present);
        return await ProjectStore.Save(work, present, decide(work, present));
    };
}
