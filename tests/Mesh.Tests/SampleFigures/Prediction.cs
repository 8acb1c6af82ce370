using System.Globalization;
using System.Numerics;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>What the gateway must answer to a question: computed from the facts alone, by the plainest method there is.</summary>
internal sealed class Prediction
{
    public static readonly string[] Measures = ["PLEDGED", "COMMITTED", "DISBURSED"];

    private readonly World world;
    private readonly Exchange exchange;
    private readonly DateOnly asOf;
    private readonly DateOnly rateDate;
    private readonly string currency;
    private readonly List<WorldProject> projects;
    private readonly List<WorldCommitment> commitments;
    private readonly Dictionary<string, HashSet<string>> jointProjects = [];
    private readonly Dictionary<(string Commitment, string Measure), Dictionary<string, BigInteger>> parts = [];

    public Prediction(World world, Question question, DateOnly today)
    {
        this.world = world;
        asOf = question.AsOf ?? today;
        rateDate = question.RateDate ?? asOf;
        currency = question.Currency.Length == 0 ? "EUR" : question.Currency;
        exchange = new Exchange(world, currency, rateDate);
        projects = [.. world.Projects.Values.Where(project =>
            Any(question.Projects, project.Id) && Any(question.Countries, project.Country) && Any(question.Stages, project.StageAt(asOf))
            && Any(question.Minerals, [.. project.Minerals]) && Any(question.Kinds, [.. project.Kinds]))];
        var chosen = projects.Select(project => project.Id).ToHashSet();
        commitments = [.. world.Commitments.Values.Where(commitment =>
            chosen.Contains(commitment.Project) && Any(question.Instruments, commitment.Instrument) && Any(question.Investors, commitment.Investor))
            .OrderBy(commitment => commitment.Id, StringComparer.Ordinal)];

        static bool Any(string[] wanted, params string[] values) => wanted.Length == 0 || values.Any(wanted.Contains);
    }

    private IEnumerable<WorldCommitment> ForShares => commitments.Where(commitment => commitment.IsFunded && commitment.IsAdditive);

    /// <summary>The summary without health and freshness.</summary>
    public Cells Summary()
    {
        exchange.Used.Clear();
        var cells = Header("partnerships/eu-us");
        foreach (var measure in Measures)
        {
            Table(cells, $"all/{measure}", ForShares, measure);
            Table(cells, $"joint/{measure}", Joint(measure), measure);
            foreach (var instrument in ForShares.GroupBy(commitment => commitment.Instrument))
                Table(cells, $"instruments/{instrument.Key}/{measure}", instrument, measure, evenEmpty: false);
            foreach (var instrument in commitments.Where(commitment => !commitment.IsFunded).GroupBy(commitment => commitment.Instrument))
                Contingent(cells, $"contingent/{instrument.Key}/{measure}", instrument, measure);
        }

        NonAdditive(cells);
        Funnel(cells);
        return cells;
    }

    /// <summary>The rows of a grouping, ordered by key, and their total.</summary>
    public Cells Grouped(string grouping, string measure, bool jointOnly)
    {
        exchange.Used.Clear();
        var cells = new Cells();
        var counted = (jointOnly ? Joint(measure) : ForShares).Where(commitment => commitment.At(measure, asOf).Counts).ToList();
        var rows = counted.SelectMany(commitment => Keys(grouping, commitment).Select(key => (key, commitment)))
            .GroupBy(pair => pair.key, pair => pair.commitment).OrderBy(row => row.Key, StringComparer.Ordinal).ToList();
        cells.Add("rows", string.Join(' ', rows.Select(row => row.Key)));
        cells.Add("overlapping", grouping is "MINERAL" or "KIND");
        foreach (var row in rows)
        {
            Table(cells, row.Key, row, measure);
            if (grouping == "PROJECT")
                cells.Add($"{row.Key}/name", world.Projects[row.First().Project].Name);
            if (grouping == "INVESTOR")
                cells.Add($"{row.Key}/name", world.Investors[row.First().Investor].Name);
        }

        if (grouping is not ("MINERAL" or "KIND"))
            Table(cells, "total", counted, measure);
        return cells;
    }

    /// <summary>Every project of the selection with its money.</summary>
    public Cells Pipeline()
    {
        exchange.Used.Clear();
        var cells = new Cells();
        _ = Joint("COMMITTED").Any();
        var joint = jointProjects["COMMITTED"];
        foreach (var project in projects)
        {
            var path = $"projects/{project.Id}";
            cells.Add($"{path}/name", project.Name);
            cells.Add($"{path}/country", project.Country);
            cells.Add($"{path}/stage", project.StageAt(asOf));
            cells.Add($"{path}/joint", joint.Contains(project.Id));
            cells.Add($"{path}/committed", Committed(project), currency);
            if (CapitalCost(project) is { } cost)
            {
                cells.Add($"{path}/capital_cost", cost, currency);
                cells.Add($"{path}/funding_gap", BigInteger.Max(0, cost - Committed(project)), currency);
            }
        }

        return cells;
    }

    /// <summary>The shares and the capital stack of the one project that the question names.</summary>
    public Cells Dossier()
    {
        exchange.Used.Clear();
        var cells = Header("partnerships/eu-us");
        foreach (var measure in Measures)
            Table(cells, measure, ForShares, measure);
        cells.Add("stack", string.Join(' ', commitments.Select(commitment => $"commitments/{commitment.Id}")));
        foreach (var commitment in commitments)
        {
            var path = $"stack/commitments/{commitment.Id}";
            var measure = Measures.LastOrDefault(measure => commitment.At(measure, asOf).Counts);
            cells.Add($"{path}/investor", world.Investors[commitment.Investor].Name);
            cells.Add($"{path}/measure", measure ?? "UNSPECIFIED");
            cells.Add($"{path}/enters_shares", commitment.IsFunded && commitment.IsAdditive);
            if (measure is null || commitment.At(measure, asOf).MinorUnits is not { } amount)
                continue;
            foreach (var (side, part) in Shares.BySide(amount, world.Investors[commitment.Investor]).Where(part => !part.Value.IsZero))
                cells.Add($"{path}/{side}", part, commitment.Currency);
        }

        return cells;
    }

    /// <summary>The rates that the last computation needed, and those that the answer names beside them.</summary>
    public void AddRates(Cells cells, IEnumerable<string> named)
    {
        foreach (var code in exchange.Used.Union(named).Except(["EUR"]))
        {
            var (rate, day) = exchange.RateOf(code);
            cells.Add($"rates/{code}", $"{rate} of {day:yyyy-MM-dd}, {rateDate.DayNumber - day.DayNumber} days old");
        }
    }

    private Cells Header(string partnership)
    {
        var cells = new Cells();
        cells.Add("partnership", partnership);
        cells.Add("as_of", asOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        cells.Add("rate_date", rateDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        cells.Add("currency", currency);
        return cells;
    }

    private List<string> Keys(string grouping, WorldCommitment commitment)
    {
        var project = world.Projects[commitment.Project];
        return grouping switch
        {
            "PROJECT" => [$"projects/{project.Id}"],
            "MINERAL" => [.. project.Minerals],
            "COUNTRY" => [project.Country],
            "STAGE" => [project.StageAt(asOf) is { Length: > 0 } stage ? $"STAGE_{stage}" : "unknown"],
            "INSTRUMENT" => [$"INSTRUMENT_{commitment.Instrument}"],
            "INVESTOR" => [$"investors/{commitment.Investor}"],
            "YEAR" => [commitment.Announced?.ToString("yyyy", CultureInfo.InvariantCulture) ?? "undated"],
            _ => [.. project.Kinds.Select(kind => $"PROJECT_KIND_{kind}")],
        };
    }

    /// <summary>The selected commitments of joint projects. Whether a project is joint is asked of all its commitments.</summary>
    private IEnumerable<WorldCommitment> Joint(string measure)
    {
        if (!jointProjects.TryGetValue(measure, out var joint))
        {
            joint = world.Commitments.Values.Where(commitment => commitment.IsFunded && commitment.IsAdditive)
                .GroupBy(commitment => commitment.Project)
                .Where(project => project.SelectMany(commitment => Parts(commitment, measure))
                    .Where(part => part.Value > 0 && part.Key != "OUTSIDE").Select(part => part.Key).Distinct().Count() >= 2)
                .Select(project => project.Key).ToHashSet();
            jointProjects.Add(measure, joint);
        }

        return ForShares.Where(commitment => joint.Contains(commitment.Project));
    }

    private Dictionary<string, BigInteger> Parts(WorldCommitment commitment, string measure)
    {
        if (!parts.TryGetValue((commitment.Id, measure), out var bySide))
        {
            bySide = commitment.At(measure, asOf).MinorUnits is { } amount ? Shares.BySide(amount, world.Investors[commitment.Investor]) : [];
            parts.Add((commitment.Id, measure), bySide);
        }

        return bySide;
    }

    private Dictionary<string, BigInteger> SideAmounts(IReadOnlyCollection<WorldCommitment> counted, string measure) => World.Sides.ToDictionary(
        side => side,
        side => exchange.Total(counted.GroupBy(commitment => commitment.Currency).Select(same => KeyValuePair.Create(
            same.Key,
            same.Aggregate(BigInteger.Zero, (sum, commitment) => sum + Parts(commitment, measure).GetValueOrDefault(side))))
            .Where(sum => !sum.Value.IsZero)));

    private static BigInteger Sum(IEnumerable<BigInteger> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);

    private void Table(Cells cells, string path, IEnumerable<WorldCommitment> set, string measure, bool evenEmpty = true)
    {
        var counted = set.Where(commitment => commitment.At(measure, asOf).Counts).ToList();
        if (counted.Count == 0 && !evenEmpty)
            return;
        var amounts = SideAmounts(counted, measure);
        var total = Sum(amounts.Values);
        var shares = total.IsZero ? null : Shares.Divide(1_000_000, amounts);
        cells.Add($"{path}/measure", measure);
        cells.Add($"{path}/sides", string.Join(' ', World.Sides));
        foreach (var side in World.Sides)
        {
            cells.Add($"{path}/{side}/amount", amounts[side], currency);
            if (shares is not null)
                cells.Add($"{path}/{side}/share_ppm", (long)shares[side]);
            if (!World.Targets.TryGetValue(side, out var target))
                continue;
            cells.Add($"{path}/{side}/target_share_ppm", target);
            if (shares is not null)
                cells.Add($"{path}/{side}/distance_to_target_ppm", (long)shares[side] - target);
        }

        cells.Add($"{path}/total", total, currency);
        cells.Add($"{path}/nothing_to_share", total.IsZero);
        cells.Add($"{path}/project_count", counted.Select(commitment => commitment.Project).Distinct().Count());
        cells.Add($"{path}/commitment_count", counted.Count);
        cells.Add($"{path}/undisclosed_count", counted.Count(commitment => commitment.At(measure, asOf).MinorUnits is null));
        cells.Add($"{path}/undated_count", counted.Count(commitment => commitment.Announced is null));
    }

    private void Contingent(Cells cells, string path, IEnumerable<WorldCommitment> set, string measure)
    {
        var counted = set.Where(commitment => commitment.At(measure, asOf).Counts).ToList();
        if (counted.Count == 0)
            return;
        var amounts = SideAmounts([.. counted.Where(commitment => commitment.IsAdditive)], measure);
        foreach (var side in World.Sides)
            cells.Add($"{path}/{side}/amount", amounts[side], currency);
        cells.Add($"{path}/total", Sum(amounts.Values), currency);
        cells.Add($"{path}/commitment_count", counted.Count);
        cells.Add($"{path}/undisclosed_count", counted.Count(commitment => commitment.At(measure, asOf).MinorUnits is null));
    }

    private void NonAdditive(Cells cells)
    {
        var entries = commitments.Where(commitment => !commitment.IsAdditive && commitment.At("PLEDGED", asOf).Counts).ToList();
        cells.Add("non_additive_count", entries.Count);
        cells.Add("non_additive", string.Join(' ', entries.Take(100).Select(entry => $"commitments/{entry.Id}")));
        foreach (var entry in entries.Take(100))
        {
            var amount = entry.At("PLEDGED", asOf).MinorUnits;
            cells.Add(
                $"non_additive/commitments/{entry.Id}",
                $"projects/{entry.Project} investors/{entry.Investor} {entry.Instrument} {entry.Basis} "
                    + (amount is null ? "undisclosed" : Cells.Money(amount.Value, entry.Currency)));
        }
    }

    private void Funnel(Cells cells)
    {
        cells.Add("project_count", projects.Count);
        var stages = projects.GroupBy(project => project.StageAt(asOf)).ToList();
        foreach (var stage in stages)
        {
            var path = $"funnel/{(stage.Key.Length == 0 ? "UNSPECIFIED" : stage.Key)}";
            cells.Add($"{path}/project_count", stage.Count());
            cells.Add($"{path}/capital_cost", Sum(stage.Select(project => CapitalCost(project) ?? 0)), currency);
            cells.Add($"{path}/unknown_capital_cost_count", stage.Count(project => CapitalCost(project) is null));
        }

        var going = projects.Where(project => project.StageAt(asOf) is not ("CANCELLED" or "CLOSED")).ToList();
        cells.Add("capital_cost", Sum(going.Select(project => CapitalCost(project) ?? 0)), currency);
        cells.Add("unknown_capital_cost_count", going.Count(project => CapitalCost(project) is null));
        cells.Add("funding_gap", Sum(going.Where(project => CapitalCost(project) is not null)
            .Select(project => BigInteger.Max(0, CapitalCost(project)!.Value - Committed(project)))), currency);
    }

    private BigInteger? CapitalCost(WorldProject project) => project.CapitalCostAt(asOf) is { } cost
        ? exchange.Total([KeyValuePair.Create(cost.Currency, cost.MinorUnits)])
        : null;

    /// <summary>A project's committed money, whatever the question selects: what is still to be raised does not depend on it.</summary>
    private BigInteger Committed(WorldProject project) => Sum(SideAmounts(
        [.. world.Commitments.Values.Where(commitment =>
            commitment.Project == project.Id && commitment.IsFunded && commitment.IsAdditive && commitment.At("COMMITTED", asOf).Counts)],
        "COMMITTED").Values);
}
