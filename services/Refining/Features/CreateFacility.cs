using Mining.Platform.Authentication;
using Mining.Platform.Authorization;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Refining.Api;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Creates a facility. Errors: INVALID_ARGUMENT; ALREADY_EXISTS if the id is taken.</summary>
public sealed class CreateFacility(Committer committer)
{
    public Task<Facility> Run(CreateFacilityRequest request, Caller caller, CancellationToken cancellation)
    {
        var proposed = FieldReaders.Require("facility", request.Facility);
        var violations = new Violations();
        var command = Command.From(request, caller, violations);
        var name = ResourceNames.Facilities.ReadId("facility_id", request.FacilityId, violations);
        FacilityReader.Check(proposed, "facility", violations);
        violations.ThrowIfAny();

        return committer.Run(command, Create, cancellation);

        async Task<Facility> Create(UnitOfWork work)
        {
            if (await FacilityStore.Find(work, name) is not null)
                throw new RefusedException(Refusal.AlreadyExists(ResourceNames.Facilities.ResourceType, name));
            var first = proposed.Ordered();
            first.Name = name;
            Parties.Begin(first.Parties, name, work.Caller);
            return await FacilityStore.Save(work, before: null, first);
        }
    }
}
