using System.Numerics;
using Google.Protobuf.Reflection;
using Google.Type;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Simulation.Model.Reading;
using Mining.Simulation.Model.Rules;
using Decimal = Google.Type.Decimal;

namespace Mining.Simulation.Model.Figures;

/// <summary>
/// The expected answer of the gateway to a query: whole messages, to the last cent and part per million. Display texts, freshness,
/// revisions and the published rules are left out; <see cref="AnswerComparison"/> leaves them out of an answer too.
/// </summary>
public sealed class ExpectedPortfolio
{
    private const int MaxNonAdditive = 100;
    private const int MaxWorst = 5;

    private static readonly Instrument[] Contingent = [Instrument.Guarantee, Instrument.PriceFloor, Instrument.Offtake];

    private readonly MeshModel model;
    private readonly PortfolioFilter filter;
    private readonly Partnership partnership;
    private readonly DateOnly asOf;
    private readonly DateOnly rateDate;
    private readonly string currency;
    private readonly bool withheld;
    private readonly Dictionary<string, Investor> investors;

    /// <summary>The selected projects.</summary>
    private readonly List<Project> projects;

    /// <summary>All commitments visible to the caller, including those of an unknown investor or project.</summary>
    private readonly List<Commitment> visible;

    /// <summary>The selected commitments of selected projects and known investors, ordered by name.</summary>
    private readonly List<Commitment> selected;

    /// <summary>Totals of commitments that are not visible to the caller.</summary>
    private readonly List<ConfidentialTotal> published;

    internal ExpectedPortfolio(MeshModel model, PortfolioQuery query, DateOnly today, IReadOnlyCollection<string>? sides)
    {
        this.model = model;
        filter = query.Filter ?? new();
        partnership = query.Partnership.Length == 0 ? model.AllOf<Partnership>().Single() : model.Of<Partnership>(query.Partnership)!;
        asOf = query.AsOf?.FirstDay() ?? today;
        rateDate = query.RateDate?.FirstDay() ?? asOf;
        currency = query.ReportingCurrency.Length == 0 ? partnership.ReportingCurrency : query.ReportingCurrency;
        withheld = sides is not null;
        investors = model.AllOf<Investor>().ToDictionary(investor => investor.Name);
        projects = [.. model.AllOf<Project>().Where(IsSelected)];
        visible = [.. model.AllOf<Commitment>().Where(commitment => IsVisible(commitment, sides))];
        var chosen = projects.Select(project => project.Name).ToHashSet();
        selected =
        [
            .. visible.Where(commitment => chosen.Contains(commitment.Project) && investors.ContainsKey(commitment.Investor)
                && Allows(filter.Instruments, commitment.Instrument) && Allows(filter.Investors, commitment.Investor)),
        ];
        published =
        [
            .. sides is null || SelectsByMoreThanInstruments()
                ? []
                : (model.AllOf<ConfidentialTotals>()
                    .Where(totals => totals.Partnership == partnership.Name && totals.Date.FirstDay() <= asOf)
                    .MaxBy(totals => totals.Date.FirstDay())?.Totals ?? [])
                    .Where(total => !total.OwnerSides.Any(sides.Contains) && Allows(filter.Instruments, total.Instrument)),
        ];
    }

    /// <exception cref="NoRateException">A currency has no rate on or before the rate date.</exception>
    public PortfolioSummary Summary()
    {
        var tables = NewTables(out var conversion);
        var shared = selected.Where(DatedMeasures.EntersShares).ToList();
        var joint = DatedMeasures.All.ToDictionary(measure => measure, measure => JointProjects(tables, measure));
        var statuses = projects.Select(project => Status(project, tables, conversion)).Order(ByScore).ToList();
        var going = statuses.Where(status => !status.IsOver).ToList();
        var nonAdditive = selected
            .Where(commitment => !DatedMeasures.IsAdditive(commitment) && tables.At(commitment, Measure.Pledged).Counts).ToList();
        var weighed = statuses.Where(status => status.Score is not null && status.Cost > 0).ToList();
        var summary = new PortfolioSummary
        {
            Partnership = partnership.Name,
            AsOf = Dates.Of(asOf),
            RateDate = Dates.Of(rateDate),
            ReportingCurrency = currency,
            AllProjects = { DatedMeasures.All.Select(measure => tables.Table(measure, shared, published.Where(IsFunded))) },
            JointProjects =
            {
                DatedMeasures.All.Select(
                    measure => tables.Table(measure, shared.Where(commitment => joint[measure].Contains(commitment.Project)), [])),
            },
            Instruments =
            {
                DatedMeasures.Funded.Select(instrument => new InstrumentFigures
                {
                    Instrument = instrument,
                    Measures =
                    {
                        DatedMeasures.All.Select(measure => tables.Table(
                            measure,
                            shared.Where(commitment => commitment.Instrument == instrument),
                            published.Where(total => total.Instrument == instrument))),
                    },
                }),
            },
            ContingentSupport =
            {
                from instrument in Contingent
                from measure in DatedMeasures.All
                select new ContingentSupport(tables.Support(
                    measure,
                    selected.Where(commitment => commitment.Instrument == instrument),
                    published.Where(total => total.Instrument == instrument)))
                {
                    Instrument = instrument,
                },
            },
            NonAdditive =
            {
                nonAdditive.Take(MaxNonAdditive).Select(commitment => new NonAdditiveEntry
                {
                    Commitment = commitment.Name,
                    Project = commitment.Project,
                    Investor = commitment.Investor,
                    Instrument = commitment.Instrument,
                    CountingBasis = commitment.CountingBasis,
                    Amount = tables.At(commitment, Measure.Pledged).MinorUnits?.ToMoney(commitment.CurrencyCode),
                }),
            },
            NonAdditiveCount = nonAdditive.Count,
            ProjectCount = projects.Count,
            Funnel =
            {
                from stage in statuses.GroupBy(status => status.Entry.Stage)
                orderby stage.Key == Stage.Unspecified, stage.Key
                select new StageFigure
                {
                    Stage = stage.Key,
                    ProjectCount = stage.Count(),
                    CapitalCost = Money(stage.Select(status => status.Cost)),
                    UnknownCapitalCostCount = stage.Count(status => status.Cost is null),
                    Bands = Bands(stage),
                },
            },
            CapitalCost = Money(going.Select(status => status.Cost)),
            UnknownCapitalCostCount = going.Count(status => status.Cost is null),
            FundingGap = Money(going.Select(status => status.Gap)),
            Health = new()
            {
                Score = weighed.Count == 0 ? null : ProjectAtDate.TwoPlaces(
                    weighed.Sum(status => status.Score!.Value * (decimal)status.Cost!.Value)
                    / weighed.Sum(status => (decimal)status.Cost!.Value)),
                WeighedProjectCount = weighed.Count,
                Bands = Bands(statuses),
                UnknownComponentCount = statuses.Sum(status => status.Entry.Health.UnknownCount),
                Worst =
                {
                    statuses.Where(status => status.IsFlagged || status.Score is not null).Take(MaxWorst).Select(status => status.Entry),
                },
            },
            ConfidentialWithheld = withheld,
            ConfidentialTotals = { published },
        };
        summary.Rates.Add(conversion.Used);
        return summary;
    }

    /// <summary>All rows, ordered by key.</summary>
    public ListCoInvestmentsResponse CoInvestments(CoInvestmentGrouping grouping, Measure measure, bool jointOnly)
    {
        var tables = NewTables(out var conversion);
        var joint = jointOnly ? JointProjects(tables, measure) : null;
        var set = selected.Where(commitment => DatedMeasures.EntersShares(commitment) && tables.At(commitment, measure).Counts
            && joint?.Contains(commitment.Project) != false).ToList();
        var totals = jointOnly || grouping != CoInvestmentGrouping.Instrument
            ? []
            : published.Where(total => IsFunded(total) && ShareTables.CountOf(total, measure) > 0).ToList();
        var rows = set.SelectMany(commitment => Keys(grouping, commitment)).Concat(totals.Select(total => Key(total.Instrument)))
            .Distinct().Order(StringComparer.Ordinal)
            .Select(key => new CoInvestmentRow
            {
                Key = key,
                DisplayName = model.Of<Project>(key)?.DisplayName ?? model.Of<Investor>(key)?.DisplayName ?? "",
                Figures = tables.Table(
                    measure,
                    set.Where(commitment => Keys(grouping, commitment).Contains(key)),
                    totals.Where(total => Key(total.Instrument) == key)),
            }).ToList();
        var overlapping = grouping is CoInvestmentGrouping.Mineral or CoInvestmentGrouping.Kind;
        return new ListCoInvestmentsResponse
        {
            Rows = { rows },
            Overlapping = overlapping,
            Total = tables.Table(measure, set, totals) is var total && overlapping ? null : total,
            Rates = { conversion.Used },
            ConfidentialWithheld = withheld,
            ConfidentialTotals = { totals },
        };
    }

    /// <summary>All projects, the worst first.</summary>
    public ListPipelineResponse Pipeline()
    {
        var tables = NewTables(out var conversion);
        return new ListPipelineResponse
        {
            Entries = { projects.Select(project => Status(project, tables, conversion)).Order(ByScore).Select(status => status.Entry) },
            Rates = { conversion.Used },
            ConfidentialWithheld = withheld,
        };
    }

    /// <summary>All data of one project; the query's filter is ignored.</summary>
    public ProjectDossier Dossier(string name)
    {
        var tables = NewTables(out var conversion);
        var project = model.Of<Project>(name)!;
        var status = Status(project, tables, conversion);
        return new ProjectDossier
        {
            Project = project,
            Partnership = partnership.Name,
            AsOf = Dates.Of(asOf),
            RateDate = Dates.Of(rateDate),
            ReportingCurrency = currency,
            Shares = { DatedMeasures.All.Select(measure => tables.Table(measure, Of(project).Where(DatedMeasures.EntersShares), [])) },
            CapitalStack = { visible.Where(commitment => commitment.Project == name).Select(commitment => StackEntry(commitment, tables)) },
            Pipeline = status.Entry,
            Reservations = { model.AllOf<Reservation>().Where(reservation => reservation.Project == name) },
            RefiningCover = { Cover(project, tables) },
            Rates = { conversion.Used },
            ConfidentialWithheld = withheld,
        };
    }

    private static readonly Comparer<ProjectStatus> ByScore = Comparer<ProjectStatus>.Create((one, other) =>
        (Rank(one), one.Score ?? decimal.MaxValue).CompareTo((Rank(other), other.Score ?? decimal.MaxValue)) is not 0 and var order
            ? order
            : string.CompareOrdinal(one.Entry.Project, other.Entry.Project));

    private static int Rank(ProjectStatus status) => status.IsFlagged ? 0 : status.Score is not null ? 1 : status.IsOver ? 3 : 2;

    /// <summary>A project in the pipeline; money in minor units of the reporting currency.</summary>
    private sealed record ProjectStatus(PipelineEntry Entry, decimal? Score, bool IsOver, BigInteger? Cost, BigInteger? Gap)
    {
        public bool IsFlagged => Entry.Health.RedFlags.Count > 0;
    }

    private static bool Allows<T>(IReadOnlyCollection<T> wanted, T value) => wanted.Count == 0 || wanted.Contains(value);

    private static bool AllowsAny<T>(IReadOnlyCollection<T> wanted, IEnumerable<T> values) => wanted.Count == 0 || values.Any(wanted.Contains);

    private static bool IsFunded(ConfidentialTotal total) => DatedMeasures.Funded.Contains(total.Instrument);

    private static string Key(Instrument instrument) => Key(InvestorReflection.Descriptor, instrument);

    /// <summary>The name of a value in the protos.</summary>
    private static string Key<T>(FileDescriptor file, T value)
        where T : struct, Enum =>
        Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) is var number && number == 0
            ? "unknown"
            : file.FindTypeByName<EnumDescriptor>(typeof(T).Name).FindValueByNumber(number).Name;

    private static BandCounts Bands(IEnumerable<ProjectStatus> statuses)
    {
        var bands = statuses.ToLookup(status => status.Entry.Health.Band);
        return new BandCounts
        {
            Green = bands[HealthBand.Green].Count(),
            Amber = bands[HealthBand.Amber].Count(),
            Red = bands[HealthBand.Red].Count(),
            Unknown = bands[HealthBand.Unknown].Count(),
            NotScored = bands[HealthBand.NotScored].Count(),
        };
    }

    private Google.Type.Money Money(IEnumerable<BigInteger?> amounts) =>
        amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + (amount ?? 0)).ToMoney(currency);

    private ShareTables NewTables(out Conversion conversion)
    {
        conversion = new(model.AllOf<ExchangeRateTable>(), currency, rateDate);
        return new ShareTables(partnership, investors, conversion, asOf);
    }

    private bool IsSelected(Project project) =>
        Allows(filter.Projects, project.Name)
        && Allows(filter.Countries, project.Country)
        && Allows(filter.Stages, new ProjectAtDate(project, asOf).Stage)
        && AllowsAny(filter.Minerals, project.Minerals)
        && AllowsAny(filter.Kinds, project.Kinds);

    private bool SelectsByMoreThanInstruments() =>
        filter.Projects.Count + filter.Countries.Count + filter.Stages.Count + filter.Minerals.Count + filter.Kinds.Count + filter.Investors.Count > 0;

    /// <summary>A confidential commitment is visible to callers for the side of its investor's country.</summary>
    private bool IsVisible(Commitment commitment, IReadOnlyCollection<string>? sides) =>
        !commitment.Confidential
        || sides is null
        || model.AllOf<Partnership>().Any(known => known.Sides.Any(side =>
            sides.Contains(side.SideId) && side.Countries.Contains(investors.GetValueOrDefault(commitment.Investor)?.Country ?? "")));

    /// <summary>The attributable commitments of a project, regardless of the filter.</summary>
    private IEnumerable<Commitment> Of(Project project) =>
        visible.Where(commitment => commitment.Project == project.Name && investors.ContainsKey(commitment.Investor));

    private HashSet<string> JointProjects(ShareTables tables, Measure measure) =>
        projects.Where(project => tables.IsJoint(measure, Of(project))).Select(project => project.Name).ToHashSet();

    private IEnumerable<string> Keys(CoInvestmentGrouping grouping, Commitment commitment)
    {
        var project = model.Of<Project>(commitment.Project)!;
        return grouping switch
        {
            CoInvestmentGrouping.Mineral => project.Minerals.DefaultIfEmpty("unknown"),
            CoInvestmentGrouping.Country => [project.Country],
            CoInvestmentGrouping.Stage => [Key(ProjectReflection.Descriptor, new ProjectAtDate(project, asOf).Stage)],
            CoInvestmentGrouping.Instrument => [Key(commitment.Instrument)],
            CoInvestmentGrouping.Investor => [commitment.Investor],
            CoInvestmentGrouping.Year => [commitment.AnnouncementDate is { } date ? FormattableString.Invariant($"{date.Year:0000}") : "undated"],
            CoInvestmentGrouping.Kind => project.Kinds.Select(kind => Key(ProjectReflection.Descriptor, kind)).DefaultIfEmpty("unknown"),
            _ => [commitment.Project],
        };
    }

    private ProjectStatus Status(Project project, ShareTables tables, Conversion conversion)
    {
        var atDate = new ProjectAtDate(project, asOf);
        var funded = Of(project).Where(DatedMeasures.EntersShares).ToList();
        var table = tables.Table(Measure.Committed, funded, []);
        var isJoint = tables.IsJoint(Measure.Committed, funded);
        var cost = atDate.CapitalCost is { } known ? conversion.Cell([new(known.CurrencyCode, known.MinorUnits())]) : (BigInteger?)null;
        var gap = cost is null ? null : (BigInteger?)BigInteger.Max(0, cost.Value - table.Total.MinorUnits());
        (HealthComponentKind Kind, int Weight, ComponentScore Score)[] components =
        [
            (HealthComponentKind.Funding, 30, Funding(atDate, funded, tables, conversion)),
            (HealthComponentKind.Schedule, 25, atDate.Schedule()),
            (HealthComponentKind.Permitting, 15, atDate.Permitting()),
            (HealthComponentKind.Refining, 15, RefiningScore(project, tables)),
            (HealthComponentKind.Balance, 10, isJoint && !table.NothingToShare ? Balance(table) : ComponentScore.NotApplicable),
            (HealthComponentKind.Freshness, 5, atDate.Freshness()),
        ];
        if (atDate.IsOver)
            components = [.. components.Select(component => component with { Score = ComponentScore.NotApplicable })];
        var scored = components.Where(component => component.Score.State == HealthComponentState.Scored).ToList();
        var score = scored.Count == 0 ? (decimal?)null : scored.Sum(one => one.Weight * one.Score.Value) / scored.Sum(one => one.Weight);
        var breaching = partnership.OutsideOwnershipRule is not { } rule ? 0 : Of(project)
            .Where(commitment => tables.At(commitment, Measure.Pledged).Counts)
            .Select(commitment => commitment.Investor).Distinct().Count(investor => OutsideOwnership.Passes(investors[investor], rule));
        var flags = atDate.IsOver ? 0 : atDate.RefusedPermitCount + breaching + (atDate.Stage == Stage.Suspended ? 1 : 0);
        var entry = new PipelineEntry
        {
            Project = project.Name,
            DisplayName = project.DisplayName,
            Country = project.Country,
            Stage = atDate.Stage,
            Health = new()
            {
                Score = score is null ? null : ProjectAtDate.TwoPlaces(score.Value),
                Band = atDate.IsOver ? HealthBand.NotScored
                    : flags > 0 ? HealthBand.Red
                    : score switch { null => HealthBand.Unknown, >= 75 => HealthBand.Green, >= 50 => HealthBand.Amber, _ => HealthBand.Red },
                Components =
                {
                    components.Select(component => new HealthComponent
                    {
                        Kind = component.Kind,
                        State = component.Score.State,
                        Score = component.Score.State == HealthComponentState.Scored ? ProjectAtDate.TwoPlaces(component.Score.Value) : null,
                        Weight = component.Weight,
                    }),
                },
                RedFlags = { Enumerable.Repeat("", flags) },
                UnknownCount = components.Count(component => component.Score.State == HealthComponentState.Unknown),
            },
            CapitalCost = cost?.ToMoney(currency),
            Committed = table.Total,
            FundingGap = gap?.ToMoney(currency),
            Joint = isJoint,
        };
        return new ProjectStatus(entry, score, atDate.IsOver, cost, gap);
    }

    /// <summary>Committed money compared with the stage's need, in the currency of the capital cost.</summary>
    private static ComponentScore Funding(ProjectAtDate project, List<Commitment> funded, ShareTables tables, Conversion conversion)
    {
        if (project.CapitalCost is not { } cost || project.NeededPpm is not { } needed)
            return ComponentScore.Unknown;
        var sums = ShareTables.Sums(funded.Select(commitment => (commitment.CurrencyCode, tables.At(commitment, Measure.Committed) switch
        {
            { Counts: true, MinorUnits: { } minorUnits } => minorUnits,
            _ => BigInteger.Zero,
        })));
        var (numerator, denominator) = conversion.Exact(sums, cost.CurrencyCode);
        return ComponentScore.Of(ProjectAtDate.AtMostOne(numerator * 1_000_000, denominator * cost.MinorUnits() * needed));
    }

    /// <summary>
    /// Mines that do not refine themselves: capacity reserved at partners compared with planned output, for the least covered mineral.
    /// </summary>
    private ComponentScore RefiningScore(Project project, ShareTables tables)
    {
        if (!project.Kinds.Contains(ProjectKind.Mining) || project.Kinds.Contains(ProjectKind.Refining))
            return ComponentScore.NotApplicable;
        var covers = Cover(project, tables).ToList();
        return covers.Count == 0
            ? ComponentScore.Unknown
            : ComponentScore.Of(covers.Min(cover => cover.ReservedPartnerTonnes.Value() / cover.PlannedTonnes.Value()));
    }

    /// <summary>The cover of each mineral's output in the first full year of production.</summary>
    private IEnumerable<RefiningCover> Cover(Project project, ShareTables tables)
    {
        if (project.PlannedFirstProduction?.FirstDay() is not { } start)
            yield break;
        var year = start.DayOfYear == 1 ? start.Year : start.Year + 1;
        var outputs = project.Outputs.Where(output => output.Mineral.Length > 0 && output.TonnesPerYear is not null)
            .GroupBy(output => output.Mineral, output => output.TonnesPerYear.Value()).OrderBy(output => output.Key, StringComparer.Ordinal);
        foreach (var output in outputs.Where(output => output.Sum() > 0))
        {
            var reserved = model.AllOf<Reservation>()
                .Where(reservation => reservation.Project == project.Name && reservation.Mineral == output.Key
                    && reservation.FromYear <= year && year <= reservation.ToYear
                    && reservation.ReservationDate.Beginning() <= asOf
                    && !(reservation.Released && reservation.ReleaseDate.Beginning() <= asOf)
                    && model.Of<Facility>(reservation.Facility) is not null)
                .ToLookup(
                    reservation => tables.PartyOf(model.Of<Facility>(reservation.Facility)!.Country) == PartnershipRules.Outside,
                    reservation => reservation.TonnesPerYear.Value());
            yield return new RefiningCover
            {
                Mineral = output.Key,
                Year = year,
                PlannedTonnes = Tonnes(output.Sum()),
                ReservedPartnerTonnes = Tonnes(reserved[false].Sum()),
                ReservedOutsideTonnes = Tonnes(reserved[true].Sum()),
            };
        }

        static Decimal Tonnes(decimal tonnes) => new() { Value = tonnes.ToString(System.Globalization.CultureInfo.InvariantCulture) };
    }

    /// <summary>Half of the sum of distances to the targets, relative to the largest possible one.</summary>
    private ComponentScore Balance(ShareTable table)
    {
        var distance = table.Sides.Sum(side => Math.Abs(side.SharePpm - side.TargetSharePpm)) / 2m;
        return ComponentScore.Of(1 - (distance / (1_000_000 - partnership.Sides.Min(side => side.TargetSharePpm))));
    }

    private CapitalStackEntry StackEntry(Commitment commitment, ShareTables tables)
    {
        var entry = new CapitalStackEntry { Commitment = commitment, InvestorDisplayName = commitment.Investor };
        if (!investors.TryGetValue(commitment.Investor, out var investor))
            return entry;
        entry.InvestorDisplayName = investor.DisplayName;
        entry.EntersShares = DatedMeasures.EntersShares(commitment);
        entry.Measure = DatedMeasures.All.LastOrDefault(measure => tables.At(commitment, measure).Counts);
        if (entry.Measure == Measure.Unspecified)
            return entry;
        var parts = tables.PartsOf(commitment, entry.Measure);
        foreach (var side in tables.Parties.Where(side => parts[side] > 0))
            entry.Attribution.Add(new SideAmount { SideId = side, Amount = parts[side].ToMoney(commitment.CurrencyCode) });
        return entry;
    }
}
