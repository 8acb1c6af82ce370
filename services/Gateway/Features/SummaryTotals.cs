using Mining.Gateway.ReadModel;
using Mining.Gateway.Shares;
using Mining.Investors.V1;
using Mining.Portfolio.V1;

namespace Mining.Gateway.Features;

/// <summary>The tallies of a summary, to which each project adds what is kept of it.</summary>
internal sealed class SummaryTotals
{
    private readonly Query query;
    private readonly Tally[] all;
    private readonly Tally[] joint;
    private readonly Dictionary<Instrument, Tally[]> byInstrument;

    public SummaryTotals(Query query)
    {
        this.query = query;
        all = NewTallies();
        joint = NewTallies();
        byInstrument = Instruments.Funded.Concat(Instruments.Contingent).ToDictionary(instrument => instrument, _ => NewTallies());
    }

    public void Add(ProjectNode project)
    {
        var everything = project.FiguresAt(query.View, query.Day);
        var selected = query.Selection.FiguresOf(project, query.View, query.Day);
        for (var measure = 0; measure < all.Length; measure++)
        {
            foreach (var (instrument, tallies) in byInstrument)
            {
                if (query.Selection.Picks(instrument) && selected.Of(instrument, measure) is { } tally)
                    tallies[measure].AddProject(tally);
            }

            var funded = query.Selection.FundedOf(selected, measure, query.Partnership);
            all[measure].AddProject(funded);
            if (everything.IsJoint(measure))
                joint[measure].AddProject(funded);
        }
    }

    /// <summary>Adds what was published of commitments that the caller does not see. Whether they are in joint projects is not published.</summary>
    public void Add(PublishedTotal total)
    {
        var party = query.Partnership.PartyOfSide(total.SideId);
        for (var measure = 0; measure < all.Length; measure++)
        {
            byInstrument[total.Instrument][measure].Add(total, measure, party);
            if (Instruments.IsFunded(total.Instrument))
                all[measure].Add(total, measure, party);
        }
    }

    public void AddTo(RatesInPlay ratesInPlay)
    {
        foreach (var tally in byInstrument.Values.SelectMany(tallies => tallies))
            ratesInPlay.Add(tally);
    }

    public void AddTo(PortfolioSummary summary)
    {
        summary.AllProjects.Add(TablesOf(all));
        summary.JointProjects.Add(TablesOf(joint));
        summary.Instruments.Add(Instruments.Funded.Select(
            instrument => new InstrumentFigures { Instrument = instrument, Measures = { TablesOf(byInstrument[instrument]) } }));
        summary.ContingentSupport.Add(Instruments.Contingent.SelectMany(instrument => byInstrument[instrument].Select(
            (tally, measure) => ContingentOf(instrument, measure, tally))));
    }

    private IEnumerable<ShareTable> TablesOf(Tally[] tallies) =>
        tallies.Select((tally, measure) => ShareTables.Of(measure, tally, query.Partnership, query.Reporting));

    private ContingentSupport ContingentOf(Instrument instrument, int measure, Tally tally)
    {
        var cells = query.Reporting.Cells(tally, query.Partnership);
        return new ContingentSupport
        {
            Instrument = instrument,
            Measure = Reached.Measures[measure],
            Sides = { ShareTables.SidesOf(cells, query.Partnership, query.Reporting) },
            Total = query.Reporting.Money(ShareTables.TotalOf(cells)),
            CommitmentCount = tally.CommitmentCount,
            UndisclosedCount = tally.UndisclosedCount,
        };
    }

    private Tally[] NewTallies() => [.. Reached.Measures.Select(_ => new Tally(query.Partnership.Parties.Length))];
}
