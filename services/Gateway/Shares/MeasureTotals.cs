using System.Runtime.InteropServices;
using Mining.Gateway.Facts;
using Mining.Investors.V1;

namespace Mining.Gateway.Shares;

/// <summary>The totals of one measure over many projects, which can be added and subtracted. Tallies are computed by instrument.</summary>
internal sealed class MeasureTotals(int measure, InstrumentSet picked, PartnershipFacts partnership)
{
    private readonly CellSums sums = new(partnership.Parties.Length);
    private readonly Counts[] counts = new Counts[Instruments.Count];
    private readonly int[] projectCounts = new int[Instruments.Count];
    private int fundedProjectCount;

    /// <summary>The sums as cells, cached until the next change, because they are read once per instrument.</summary>
    private List<Cell>? cells;

    /// <param name="project">A project's figures.</param>
    /// <param name="times">1 to add, -1 to subtract.</param>
    public void Count(ProjectFigures project, int times)
    {
        sums.Add(project.Cells(measure), times);
        cells = null;
        var isFunded = false;
        for (var instrument = 0; instrument < Instruments.Count; instrument++)
        {
            var ofProject = project.Counts(measure, instrument);
            if (ofProject.Commitments == 0)
                continue;
            counts[instrument].Add(ofProject, times);
            projectCounts[instrument] += times;
            isFunded |= picked.And(Instruments.FundedSet).Contains(instrument);
        }

        fundedProjectCount += isFunded ? times : 0;
    }

    /// <summary>Adds to one figure.</summary>
    public void Add(TotalFigure figure, long value)
    {
        switch (figure.Kind)
        {
            case FigureKind.Money:
                sums.Row(figure.Instrument, figure.Currency)[figure.Party] += value;
                cells = null;
                break;
            case FigureKind.Commitments:
                counts[figure.Instrument].Commitments += (int)value;
                break;
            case FigureKind.Undisclosed:
                counts[figure.Instrument].Undisclosed += (int)value;
                break;
            case FigureKind.Undated:
                counts[figure.Instrument].Undated += (int)value;
                break;
            case FigureKind.Projects:
                projectCounts[figure.Instrument] += (int)value;
                break;
            case FigureKind.FundedProjects:
                fundedProjectCount += (int)value;
                break;
        }
    }

    /// <summary>Adds the totals of other projects.</summary>
    public void Add(MeasureTotals others)
    {
        sums.Add(others.sums);
        cells = null;
        for (var instrument = 0; instrument < Instruments.Count; instrument++)
        {
            counts[instrument].Add(others.counts[instrument]);
            projectCounts[instrument] += others.projectCounts[instrument];
        }

        fundedProjectCount += others.fundedProjectCount;
    }

    public Tally Of(Instrument instrument) => TallyOf(InstrumentSet.Of(instrument).And(picked), projectCounts[(int)instrument]);

    public Tally Funded() => TallyOf(Instruments.FundedSet.And(picked), fundedProjectCount);

    private List<Cell> Cells()
    {
        if (cells is null)
            sums.AddTo(cells = []);
        return cells;
    }

    private Tally TallyOf(InstrumentSet instruments, int projectCount)
    {
        var tally = new Tally(partnership.Parties.Length) { ProjectCount = instruments == default ? 0 : projectCount };
        tally.Add(CollectionsMarshal.AsSpan(Cells()), instruments);
        for (var instrument = 0; instrument < counts.Length; instrument++)
        {
            if (instruments.Contains(instrument))
                tally.Add(counts[instrument]);
        }

        return tally;
    }
}
