using Mining.Gateway.Facts;

namespace Mining.Gateway.Shares;

/// <summary>A project's committed money on one date, as needed to compute pipeline health.</summary>
/// <param name="Funded">Funded, additive commitments only. From <c>ProjectTimeline.CommittedAt</c> it has no counts, and the next call overwrites it.</param>
/// <param name="IsJoint">Whether at least two sides have committed money in the project.</param>
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
