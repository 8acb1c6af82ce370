using Mining.Gateway.Facts;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Summaries;

/// <summary>The totals of a summary, over all projects and over joint ones.</summary>
internal sealed class SummaryTotals(Query query)
{
    private readonly PartnershipFacts partnership = query.Partnership;
    private readonly ReportingCurrency reporting = query.Reporting;
    private readonly MeasureTotals[] joint = NewTotals(query);
    private readonly MeasureTotals[] others = NewTotals(query);

    /// <summary>Adds or subtracts a project's figures.</summary>
    /// <param name="everything">The figures of all its commitments, which decide whether it is joint.</param>
    /// <param name="selected">The figures of the selected investors.</param>
    /// <param name="times">1 to add, -1 to subtract.</param>
    public void Count(ProjectFigures everything, ProjectFigures selected, int times)
    {
        for (var measure = 0; measure < joint.Length; measure++)
            (everything.IsJoint(measure) ? joint : others)[measure].Count(selected, times);
    }

    /// <summary>Adds the totals of other projects.</summary>
    public void Add(SummaryTotals further)
    {
        for (var measure = 0; measure < joint.Length; measure++)
        {
            joint[measure].Add(further.joint[measure]);
            others[measure].Add(further.others[measure]);
        }
    }

    /// <summary>Adds to one figure.</summary>
    public void Add(TotalFigure figure, long value) => (figure.IsJoint ? joint : others)[figure.Measure].Add(figure, value);

    public void AddTo(RequiredRates requiredRates)
    {
        for (var measure = 0; measure < joint.Length; measure++)
        {
            requiredRates.Add(Funded(measure, []));
            foreach (var instrument in Instruments.Contingent)
                requiredRates.Add(Of(instrument, measure, []));
        }
    }

    /// <param name="summary">Receives the figures.</param>
    /// <param name="published">Published totals of hidden commitments. Whether their projects are joint is unknown.</param>
    public void AddTo(PortfolioSummary summary, IReadOnlyList<PublishedTotal> published)
    {
        summary.AllProjects.Add(joint.Select((_, measure) => TableOf(measure, Funded(measure, published))));
        summary.JointProjects.Add(joint.Select((totals, measure) => TableOf(measure, totals.Funded())));
        summary.Instruments.Add(Instruments.Funded.Select(instrument => new InstrumentFigures
        {
            Instrument = instrument,
            Measures = { joint.Select((_, measure) => TableOf(measure, Of(instrument, measure, published))) },
        }));
        summary.ContingentSupport.Add(Instruments.Contingent.SelectMany(
            instrument => joint.Select((_, measure) => ContingentOf(instrument, measure, Of(instrument, measure, published)))));
    }

    private Tally Funded(int measure, IReadOnlyList<PublishedTotal> published) =>
        With(joint[measure].Funded().And(others[measure].Funded()), measure, published.Where(total => Instruments.IsFunded(total.Instrument)));

    private Tally Of(Instrument instrument, int measure, IReadOnlyList<PublishedTotal> published) =>
        With(joint[measure].Of(instrument).And(others[measure].Of(instrument)), measure, published.Where(total => total.Instrument == instrument));

    private Tally With(Tally tally, int measure, IEnumerable<PublishedTotal> published)
    {
        foreach (var total in published)
            tally.Add(total, measure, partnership);
        return tally;
    }

    private ShareTable TableOf(int measure, Tally tally) => ShareTables.Of(measure, tally, partnership, reporting);

    private ContingentSupport ContingentOf(Instrument instrument, int measure, Tally tally)
    {
        var cells = reporting.Cells(tally, partnership);
        return new ContingentSupport
        {
            Instrument = instrument,
            Measure = MeasureAmounts.Measures[measure],
            Sides = { ShareTables.SidesOf(cells, partnership, reporting) },
            Total = reporting.Money(ShareTables.TotalOf(cells)),
            CommitmentCount = tally.Counts.Commitments,
            UndisclosedCount = tally.Counts.Undisclosed,
        };
    }

    private static MeasureTotals[] NewTotals(Query query) =>
        [.. MeasureAmounts.Measures.Select((_, measure) => new MeasureTotals(measure, query.Selection.Instruments, query.Partnership))];
}
