using System.Security.Claims;

namespace Mining.Platform.Authentication;

/// <summary>Reads the caller from the claims of a valid token, as configured for its issuer.</summary>
internal static class Claims
{
    /// <summary>The caller; null, with the problem, if the token's subject cannot be recorded.</summary>
    public static Caller? Read(ClaimsPrincipal principal, IssuerSettings issuer, out string problem)
    {
        problem = "";
        var subject = principal.FindFirstValue("sub") ?? "";
        if (issuer.ServiceOf.TryGetValue(subject, out var service))
            return new Caller($"service:{service}") { Roles = Roles.Service };

        var name = $"{issuer.Alias}:{subject}";
        if (subject.Length == 0 || name.Length > Caller.MaxNameLength || !name.All(c => c is > ' ' and < '\u007f'))
        {
            problem = $"its subject must be 1 to {Caller.MaxNameLength - issuer.Alias.Length - 1} printable ASCII characters without spaces";
            return null;
        }

        var claimed = Values(issuer.SideClaim).ToList();
        return new Caller(name)
        {
            // An issuer may speak only for its configured sides, whatever its tokens claim. With a single side, the claim is optional.
            Sides = claimed.Count == 0 && issuer.Sides.Count == 1 ? issuer.Sides : [.. issuer.Sides.Where(claimed.Contains)],
            Organisation = Values(issuer.OrganisationClaim).FirstOrDefault() ?? "",
            Roles = Values(issuer.RolesClaim).Aggregate(Roles.None, (roles, value) => roles | issuer.RoleOf.GetValueOrDefault(value)),
        };

        IEnumerable<string> Values(string claim) => principal.FindAll(claim).Select(found => found.Value);
    }
}
