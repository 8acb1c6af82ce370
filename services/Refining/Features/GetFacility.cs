using Mining.Platform.Errors;
using Mining.Primitives.Names;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Returns a facility. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class GetFacility(FacilityStore store)
{
    public Task<Facility> Run(GetFacilityRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Facilities.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        return store.Read(name, cancellation);
    }
}
