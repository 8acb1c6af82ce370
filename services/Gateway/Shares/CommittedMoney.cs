using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>What pipeline health needs of a project's commitments at a date.</summary>
/// <param name="Funded">Its additive, funded, committed money. Out of a course it holds until the tally is used again, and counts nothing.</param>
/// <param name="IsJoint">At least two sides have some of it.</param>
/// <param name="BreachingInvestors">As <see cref="ProjectFigures.BreachingInvestors"/>.</param>
internal readonly record struct CommittedMoney(Tally Funded, bool IsJoint, int[] BreachingInvestors)
{
    public static CommittedMoney Of(ProjectFigures figures, PartnershipFacts partnership)
    {
        var committed = MeasureAmounts.IndexOf(Portfolio.V1.Measure.Committed);
        var funded = new Tally(partnership.Parties.Length);
        funded.Add(figures, committed, Instruments.FundedSet);
        return new(funded, figures.IsJoint(committed), figures.BreachingInvestors);
    }
}
