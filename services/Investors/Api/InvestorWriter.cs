using Mining.Investors.Domain;
using Wire = Mining.Investors.V1;

namespace Mining.Investors.Api;

/// <summary>Writes what was found of an investor's owners into its wire form.</summary>
public static class InvestorWriter
{
    /// <summary>A rule whose limit is passed.</summary>
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
