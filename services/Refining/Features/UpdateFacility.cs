using Mining.Platform.Authorization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Refining.Api;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>
/// Changes fields of a facility. Its capacity never falls below its reservations. Errors: INVALID_ARGUMENT, NOT_FOUND, ABORTED;
/// FAILED_PRECONDITION (CAPACITY_RESERVED).
/// </summary>
public sealed class UpdateFacility(Committer committer) : CommandFeature<UpdateFacilityRequest, Facility>(committer)
{
    private static readonly string[] Changeable =
    [
        "display_name", "operator", "country", "status", "in_service_date", "capacities", "sources", "parties",
    ];

    public override Func<UnitOfWork, Task<Facility>> Prepare(UpdateFacilityRequest request, Violations violations)
    {
        var proposed = FieldReaders.Require("facility", request.Facility);
        var name = ResourceNames.Facilities.ReadName("facility.name", proposed.Name, violations);
        var merge = FieldMasks.Read(proposed, request.UpdateMask, Changeable, violations, "facility", FacilityReader.Check);
        return Update;

        async Task<Facility> Update(UnitOfWork work)
        {
            var present = await FacilityStore.Load(work, name);
            work.Caller.RequireSideOf(name, present.Parties);
            UnitOfWork.RequireEtag(request.Etag, present);
            var merged = merge(present);
            Parties.Change(present.Parties, merged.Parties, name, work.Caller);

            var held = await ReservationStore.LoadHeld(work, name);
            FacilityReader.ToDomain(present, held).ChangeTo(FacilityReader.ToEntries(merged)).OrThrow();
            return await FacilityStore.Save(work, present, merged.Ordered());
        }
    }
}
