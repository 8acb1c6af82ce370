using Mining.Cli.Verify;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Cli.Tests.Fakes;

/// <summary>
/// Makes the fake gateway answer what the naive method says, so that <c>verify</c> finds agreement unless a test falsifies something.
/// </summary>
internal sealed class NaivePortfolio(FakeGateway gateway)
{
    private static readonly Measure[] Measures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];
    private static readonly Instrument[] Funded = [Instrument.Equity, Instrument.Loan, Instrument.Grant, Instrument.Prepayment];
    private static readonly Instrument[] Contingent = [Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake];

    /// <summary>How far behind the feed of investors the gateway stands.</summary>
    public int Behind { get; set; }

    /// <summary>How many rows a page has, whatever is asked for.</summary>
    public int MaxRows { get; set; } = int.MaxValue;

    /// <summary>Changes a summary before it is sent.</summary>
    public Action<PortfolioSummary> FalsifySummary { get; set; } = _ => { };

    /// <summary>Changes a page before it is sent.</summary>
    public Action<ListCoInvestmentsRequest, ListCoInvestmentsResponse> FalsifyPage { get; set; } = (_, _) => { };

    /// <summary>Happens after each answer.</summary>
    public Action Afterwards { get; set; } = () => { };

    public void Install()
    {
        gateway.Portfolio.Summary = request =>
        {
            var summary = Summary(request.Query);
            FalsifySummary(summary);
            Afterwards();
            return summary;
        };
        gateway.Portfolio.CoInvestments = request =>
        {
            var page = CoInvestments(request);
            FalsifyPage(request, page);
            Afterwards();
            return page;
        };
    }

    private PortfolioSummary Summary(PortfolioQuery query)
    {
        var (world, naive, currency, asOf) = Of(query);
        var nonAdditive = naive.NonAdditive();
        return new PortfolioSummary
        {
            Partnership = world.Partnerships.Keys.Single(),
            AsOf = PartialDate.From(asOf).ToDate(),
            RateDate = query.RateDate ?? PartialDate.From(asOf).ToDate(),
            ReportingCurrency = currency,
            AllProjects = { Measures.Select(measure => Wire(measure, naive.Table(measure, naive.Sharing(measure, false)), currency)) },
            JointProjects = { Measures.Select(measure => Wire(measure, naive.Table(measure, naive.Sharing(measure, true)), currency)) },
            Instruments =
            {
                Funded.Select(instrument => new InstrumentFigures
                {
                    Instrument = instrument,
                    Measures =
                    {
                        Measures.Select(measure => Wire(
                            measure,
                            naive.Table(
                            measure, [.. naive.Sharing(measure, false).Where(commitment => commitment.Instrument == instrument)]),
                            currency)),
                    },
                }),
            },
            ContingentSupport = { Contingent.SelectMany(
                instrument => Measures.Select(measure => Support(naive, instrument, measure, currency))) },
            NonAdditive = { nonAdditive.Select(
                name => new NonAdditiveEntry { Commitment = name, CountingBasis = world.Commitments[name].CountingBasis }) },
            NonAdditiveCount = nonAdditive.Count,
            ProjectCount = world.Projects.Count,
            Freshness = { Freshness() },
        };
    }

    private ListCoInvestmentsResponse CoInvestments(ListCoInvestmentsRequest request)
    {
        var (world, naive, currency, asOf) = Of(request.Query);
        var set = naive.Sharing(request.Measure, request.JointOnly);
        var overlapping = request.GroupBy is CoInvestmentGrouping.Mineral or CoInvestmentGrouping.Kind;
        var groups = new NaiveGroups(world, asOf).Of(request.GroupBy, set);
        var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
        return new ListCoInvestmentsResponse
        {
            NextPageToken = groups.Count - start > MaxRows ? FormattableString.Invariant($"{start + MaxRows}") : "",
            Rows =
            {
                groups.Skip(start).Take(MaxRows).Select(group => new CoInvestmentRow
                {
                    Key = group.Key, DisplayName = group.Key,
                    Figures = Wire(request.Measure, naive.Table(request.Measure, group.Value), currency),
                }),
            },
            Overlapping = overlapping,
            Total = overlapping ? null : Wire(request.Measure, naive.Table(request.Measure, set), currency),
            Freshness = { Freshness() },
        };
    }

    private (World World, NaiveShares Naive, string Currency, DateOnly AsOf) Of(PortfolioQuery query)
    {
        var world = new World();
        foreach (var source in new[] { "projects", "investors", "refining" })
        {
            foreach (var change in gateway.Mesh.Log(source))
                world.Apply(change);
        }

        var partnership = world.Partnerships.Values.Single();
        var currency = query.ReportingCurrency.Length > 0 ? query.ReportingCurrency : partnership.ReportingCurrency;
        var asOf = query.AsOf is null ? DateOnly.FromDateTime(CommandRun.Now.Date) : Day(query.AsOf);
        return (
            world, new NaiveShares(world, partnership, asOf, query.RateDate is null ? asOf : Day(query.RateDate), currency), currency, asOf);
    }

    private IEnumerable<SourceFreshness> Freshness() => new[] { "projects", "investors", "refining" }.Select(source =>
    {
        var last = gateway.Mesh.Log(source).Count;
        return new SourceFreshness
        {
            Source = source,
            AppliedSequence = source == "investors" ? last - Behind : last,
            LastKnownSequence = last,
            State = SourceState.Current,
        };
    });

    private static ContingentSupport Support(NaiveShares naive, Instrument instrument, Measure measure, string currency)
    {
        var table = naive.Table(measure, [.. naive.Counting(measure, instrument)]);
        return new ContingentSupport
        {
            Instrument = instrument,
            Measure = measure,
            Sides = { Wire(measure, table, currency).Sides },
            Total = new Amount((long)table.Total, currency).ToMoney(),
            CommitmentCount = table.Commitments,
            UndisclosedCount = table.Undisclosed,
        };
    }

    private static ShareTable Wire(Measure measure, NaiveTable table, string currency)
    {
        var wire = new ShareTable
        {
            Measure = measure,
            Total = new Amount((long)table.Total, currency).ToMoney(),
            NothingToShare = table.Total == 0,
            ProjectCount = table.Projects,
            CommitmentCount = table.Commitments,
            UndisclosedCount = table.Undisclosed,
            UndatedCount = table.Undated,
        };
        foreach (var side in table.Sides)
        {
            var figure = new SideFigure { SideId = side.SideId, Amount = new Amount(side.MinorUnits, currency).ToMoney() };
            if (side.SharePpm is { } share)
                figure.SharePpm = share;
            if (side.SideId != NaiveShares.Outside)
                figure.TargetSharePpm = 500_000;
            if (side.SharePpm is { } ppm && side.SideId != NaiveShares.Outside)
                figure.DistanceToTargetPpm = ppm - 500_000;
            wire.Sides.Add(figure);
        }

        return wire;
    }

    private static DateOnly Day(Google.Type.Date date) => new(date.Year, date.Month, date.Day);
}
