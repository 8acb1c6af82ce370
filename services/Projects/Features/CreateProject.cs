using Mining.Platform.Authorization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Primitives.Numbers;
using Mining.Projects.Api;
using Mining.Projects.Domain;
using Mining.Projects.Storage;
using Mining.Projects.V1;

namespace Mining.Projects.Features;

/// <summary>Creates a project. Errors: INVALID_ARGUMENT; ALREADY_EXISTS if the id is taken.</summary>
public sealed class CreateProject(Committer committer) : CommandFeature<CreateProjectRequest, V1.Project>(committer)
{
    public override Func<UnitOfWork, Task<V1.Project>> Prepare(CreateProjectRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("project", request.Project);
        var name = ResourceNames.Projects.ReadId("project_id", request.ProjectId, violations);
        ProjectReader.Check(proposed, "project", violations);
        var since = violations.ReadDate("stage_effective_date", request.StageEffectiveDate);
        if (since is not null && proposed.Stage == Stage.Unspecified)
            violations.Add("stage_effective_date", "must not be given without project.stage.");
        return Create;

        async Task<V1.Project> Create(UnitOfWork work)
        {
            await ProjectStore.RequireNew(work, name);
            var first = First(name, proposed, since);
            Parties.Begin(first.Parties, name, work.Caller);
            return await ProjectStore.Save(work, before: null, first);
        }
    }

    /// <summary>The initial state: the caller's fields and the first entry of each history.</summary>
    private static V1.Project First(string name, V1.Project proposed, PartialDate? since)
    {
        var state = proposed.Clone();
        state.Name = name;
        state.Permits.Clear();
        state.CreateTime = null;
        var cost = proposed.CapitalCost is { } money && Amount.TryRead(money, out var amount, out _) ? amount : (Amount?)null;
        var baseline = proposed.BaselineFirstProduction ?? proposed.PlannedFirstProduction;
        return state.With(new Domain.Project(
            name,
            proposed.Stage == Stage.Unspecified ? [] : [new StageEntry(proposed.Stage, since, "")],
            cost is null ? [] : [new CostEntry(cost, null)],
            baseline is not null && PartialDate.TryRead(baseline, out var date, out _) ? date : null,
            []));
    }
}
