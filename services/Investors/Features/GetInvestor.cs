using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Primitives.Names;

namespace Mining.Investors.Features;

/// <summary>Returns an investor. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class GetInvestor(InvestorStore store)
{
    public Task<Investor> Run(GetInvestorRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Investors.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        return store.Read(name, cancellation);
    }
}
