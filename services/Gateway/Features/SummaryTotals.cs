using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>The money of a summary, over all projects and over joint ones.</summary>
internal sealed class SummaryTotals(Query query)
{
    private readonly PartnershipFacts partnership = query.Partnership;
    private readonly ReportingCurrency reporting = query.Reporting;
    private readonly MeasureTotals[] all = NewTotals(query);
    private readonly MeasureTotals[] joint = NewTotals(query);

    /// <summary>Adds a project's figures, or takes them out again.</summary>
    /// <param name="everything">All of its commitments: they say whether it is joint.</param>
    /// <param name="selected">Those of the investors that were asked for.</param>
    /// <param name="times">1 or -1.</param>
    public void Count(ProjectFigures everything, ProjectFigures selected, int times)
    {
        for (var measure = 0; measure < all.Length; measure++)
        {
            all[measure].Count(selected, times);
            if (everything.IsJoint(measure))
                joint[measure].Count(selected, times);
        }
    }

    /// <summary>Adds the totals of other projects.</summary>
    public void Add(SummaryTotals others)
    {
        for (var measure = 0; measure < all.Length; measure++)
        {
            all[measure].Add(others.all[measure]);
            joint[measure].Add(others.joint[measure]);
        }
    }

    public void AddTo(RatesInPlay ratesInPlay)
    {
        foreach (var totals in all)
        {
            ratesInPlay.Add(totals.Funded());
            foreach (var instrument in Instruments.Contingent)
                ratesInPlay.Add(totals.Of(instrument));
        }
    }

    public void AddTo(PortfolioSummary summary)
    {
        summary.AllProjects.Add(all.Select((totals, measure) => TableOf(measure, totals.Funded())));
        summary.JointProjects.Add(joint.Select((totals, measure) => TableOf(measure, totals.Funded())));
        summary.Instruments.Add(Instruments.Funded.Select(instrument => new InstrumentFigures
        {
            Instrument = instrument,
            Measures = { all.Select((totals, measure) => TableOf(measure, totals.Of(instrument))) },
        }));
        summary.ContingentSupport.Add(Instruments.Contingent.SelectMany(
            instrument => all.Select((totals, measure) => ContingentOf(instrument, measure, totals.Of(instrument)))));
    }

    private ShareTable TableOf(int measure, Tally tally) => ShareTables.Of(measure, tally, partnership, reporting);

    private ContingentSupport ContingentOf(Instrument instrument, int measure, Tally tally)
    {
        var cells = reporting.Cells(tally, partnership);
        return new ContingentSupport
        {
            Instrument = instrument,
            Measure = Reached.Measures[measure],
            Sides = { ShareTables.SidesOf(cells, partnership, reporting) },
            Total = reporting.Money(ShareTables.TotalOf(cells)),
            CommitmentCount = tally.Counts.Commitments,
            UndisclosedCount = tally.Counts.Undisclosed,
        };
    }

    private static MeasureTotals[] NewTotals(Query query) =>
        [.. Reached.Measures.Select((_, measure) => new MeasureTotals(measure, query.Selection.Instruments, query.Partnership))];
}
