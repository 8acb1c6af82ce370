using Mining.Gateway.ReadModel;
using Mining.Investors.V1;

namespace Mining.Gateway.Shares;

/// <summary>What a project's commitments amount to at a date, in the eyes of a partnership. Not changed once it is made.</summary>
internal sealed class ProjectFigures
{
    private static readonly int MeasureCount = Reached.Measures.Length;

    private readonly Tally?[] byInstrument = new Tally?[Instruments.Count * MeasureCount];
    private readonly Tally[] funded;
    private readonly List<int> nonAdditive = [];
    private readonly SortedSet<int> breachingInvestors = [];
    private readonly PartnershipFacts partnership;

    private ProjectFigures(PartnershipFacts partnership)
    {
        this.partnership = partnership;
        funded = [.. Reached.Measures.Select(_ => new Tally(partnership.Parties.Length))];
    }

    /// <summary>Places of the commitments that are pledged and not additive, in the order of their names.</summary>
    public IReadOnlyList<int> NonAdditive => nonAdditive;

    /// <summary>Investors of pledged commitments that breach the partnership's outside-ownership rule, each once.</summary>
    public IReadOnlyCollection<int> BreachingInvestors => breachingInvestors;

    /// <summary>The additive commitments of all funded instruments.</summary>
    public Tally Funded(int measure) => funded[measure];

    /// <summary>The additive commitments of one funded instrument, or all commitments of a contingent one. Null: there is none.</summary>
    public Tally? Of(Instrument instrument, int measure) => byInstrument[(int)instrument * MeasureCount + measure];

    /// <summary>At least two sides have additive, funded money of the measure in it.</summary>
    public bool IsJoint(int measure)
    {
        var sides = 0;
        for (var party = 0; party < partnership.Parties.Length; party++)
            sides += party != partnership.Outside && funded[measure].HasMoneyOf(party) ? 1 : 0;
        return sides >= 2;
    }

    /// <summary>Works the figures out from the commitments, only those of certain investors if they are given by place.</summary>
    public static ProjectFigures Of(ProjectNode project, PartnershipView view, int day, bool[]? investors = null)
    {
        var figures = new ProjectFigures(view.Partnership);
        for (var place = 0; place < project.Commitments.Length; place++)
        {
            ref readonly var commitment = ref project.Commitments[place];
            if (investors is null || investors[commitment.Investor])
                figures.Add(in commitment, place, view, day);
        }

        foreach (var instrument in Instruments.Funded)
        {
            for (var measure = 0; measure < MeasureCount; measure++)
                figures.funded[measure].Add(figures.Of(instrument, measure) ?? Tally.Empty);
        }

        return figures;
    }

    private void Add(in CommitmentFacts commitment, int place, PartnershipView view, int day)
    {
        var reached = commitment.At(day);
        if (reached.Pledged == Reached.NotCounted || view.AttributionOf(commitment.Investor) is not { } attribution)
            return;
        if (attribution.BreachesOwnershipRule)
            breachingInvestors.Add(commitment.Investor);
        if (!commitment.IsAdditive)
            nonAdditive.Add(place);
        if (!commitment.IsAdditive && Instruments.IsFunded(commitment.Instrument))
            return;
        for (var measure = 0; measure < MeasureCount && reached[measure] != Reached.NotCounted; measure++)
        {
            ref var tally = ref byInstrument[(int)commitment.Instrument * MeasureCount + measure];
            tally ??= new Tally(partnership.Parties.Length);
            tally.Add(in commitment, reached[measure], attribution);
        }
    }
}
