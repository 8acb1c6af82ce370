using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Returns a partnership. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class GetPartnership(PartnershipStore store)
{
    public Task<Partnership> Run(GetPartnershipRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Partnerships.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        return store.Read(name, cancellation);
    }
}
