using Mining.Investors.Storage;
using Mining.Investors.V1;
using Mining.Platform.Errors;
using Mining.Platform.Names;

namespace Mining.Investors.Features;

/// <summary>Returns a commitment. Errors: NOT_FOUND.</summary>
public sealed class GetCommitment(CommitmentStore store)
{
    public Task<Commitment> Run(GetCommitmentRequest request, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Commitments.ReadName("name", request.Name, violations);
        violations.ThrowIfAny();
        return store.Read(name, cancellation);
    }
}
