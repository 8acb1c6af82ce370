using Mining.Investors.Domain;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Converts ownership findings to their wire type.</summary>
public static class InvestorWriter
{
    /// <summary>A breach of a rule.</summary>
    public static Wire.OwnershipFinding ToFinding(OwnershipFinding finding) => new()
    {
        Partnership = finding.Rule.Partnership,
        Basis = finding.Rule.Basis,
        LimitPpm = finding.Rule.LimitPpm,
        SummedPpm = finding.SummedPpm,
        DirectPpm = finding.DirectPpm,
        Owners = { finding.Owners.Select(owner => new Wire.BeneficialOwner { Country = owner.Country, SharePpm = owner.SharePpm }) },
    };
}
