using Mining.Platform.Authorization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Refining.Api;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Creates a facility. Errors: INVALID_ARGUMENT; ALREADY_EXISTS if the id is taken.</summary>
public sealed class CreateFacility(Committer committer) : CommandFeature<CreateFacilityRequest, Facility>(committer)
{
    public override Func<UnitOfWork, Task<Facility>> Prepare(CreateFacilityRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("facility", request.Facility);
        var name = ResourceNames.Facilities.ReadId("facility_id", request.FacilityId, violations);
        FacilityReader.Check(proposed, "facility", violations);
        return Create;

        async Task<Facility> Create(UnitOfWork work)
        {
            await FacilityStore.RequireNew(work, name);
            var first = proposed.Ordered();
            first.Name = name;
            Parties.Begin(first.Parties, name, work.Caller);
            return await FacilityStore.Save(work, before: null, first);
        }
    }
}
