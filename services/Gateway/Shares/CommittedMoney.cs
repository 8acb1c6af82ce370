using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>The input of pipeline health from a project's commitments on a date.</summary>
/// <param name="Funded">Additive, funded, committed money. From a timeline it has no counts and is valid until the tally is reused.</param>
/// <param name="IsJoint">Whether at least two sides have committed money in it.</param>
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
