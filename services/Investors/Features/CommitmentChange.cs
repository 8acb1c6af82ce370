using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Commit;

namespace Mining.Investors.Features;

/// <summary>
/// What all changes of a commitment have in common. Errors: NOT_FOUND, ABORTED; PERMISSION_DENIED (OTHER_SIDE); FAILED_PRECONDITION
/// (PERIOD_CLOSED).
/// </summary>
internal static class CommitmentChange
{
    /// <summary>Loads a commitment for its side's officers, and stores what the decision makes of it.</summary>
    public static Func<UnitOfWork, Task<Commitment>> Prepare(
        string name, string etag, Func<UnitOfWork, Commitment, Commitment> decide) => async work =>
    {
        var present = await CommitmentStore.Load(work, name);
        await work.RequireSideOf(present);
        UnitOfWork.RequireEtag(etag, present);
        var next = decide(work, present);
        await work.RequireOpenPeriod(present, next);
        return await CommitmentStore.Save(work, present, next);
    };
}
