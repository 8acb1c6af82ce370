using Mining.Cli.Shell;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;

namespace Mining.Cli.Verify;

/// <summary>The scope of a verification.</summary>
/// <param name="AsOf">The effective date.</param>
/// <param name="RateDate">The date of the exchange rates.</param>
/// <param name="Currency">The reporting currency; null: that of each partnership.</param>
/// <param name="Partnership">The partnership; null: all.</param>
internal sealed record VerificationRequest(DateOnly AsOf, DateOnly RateDate, string? Currency, string? Partnership);

/// <summary>The result of a successful verification.</summary>
internal sealed record VerificationReport(IReadOnlyList<VerifiedLog> Logs, IReadOnlyList<VerifiedPartnership> Partnerships)
{
    /// <summary>The result for checkpoints; null if they were not requested.</summary>
    public CheckpointReport? Checkpoints { get; init; }
}

/// <summary>A log whose hash chain is valid.</summary>
internal sealed record VerifiedLog(string Source, long Changes, string HeadHash);

/// <summary>A partnership whose figures are correct.</summary>
internal sealed record VerifiedPartnership(string Partnership, string Currency, string AsOf, int Figures);

/// <summary>Reads the three change feeds, checks them, recomputes every share, and compares the results with the gateway.</summary>
internal sealed class Verification(Gateway gateway, TimeProvider time)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly Measure[] Measures = [Measure.Pledged, Measure.Committed, Measure.Disbursed];

    private static readonly CoInvestmentGrouping[] Groupings =
    [
        CoInvestmentGrouping.Project, CoInvestmentGrouping.Mineral, CoInvestmentGrouping.Country, CoInvestmentGrouping.Stage,
        CoInvestmentGrouping.Instrument, CoInvestmentGrouping.Investor, CoInvestmentGrouping.Year, CoInvestmentGrouping.Kind,
    ];

    private readonly ChangeLog[] logs = [new("projects", gateway), new("investors", gateway), new("refining", gateway)];
    private (string Watermarks, World World)? folded;

    /// <exception cref="DifferenceException">The first difference that was found.</exception>
    public async Task<VerificationReport> Run(
        VerificationRequest request, CheckpointVerification? checkpoints, CancellationToken cancellation)
    {
        foreach (var log in logs)
        {
            await log.ReadNewChanges(cancellation);
            await log.CompareWithServer(cancellation);
        }

        var proved = checkpoints?.Run(logs);
        var verified = logs.Select(log => new VerifiedLog(log.Source, log.LastSequence, Convert.ToHexStringLower(log.Head.Span))).ToList();
        var world = At(logs.ToDictionary(log => log.Source, log => log.LastSequence));
        var names = request.Partnership is { } one
            ? [ResourceNames.Full(ResourceNames.Partnerships, one)]
            : world.Partnerships.Keys.Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            throw new DifferenceException("feed of investors", "it has no partnership, so there are no shares to verify");
        await WaitForGateway(names[0], cancellation);
        var partnerships = new List<VerifiedPartnership>();
        foreach (var name in names)
            partnerships.Add(await Verify(request, name, cancellation));
        return new VerificationReport(verified, partnerships) { Checkpoints = proved };
    }

    private async Task<VerifiedPartnership> Verify(VerificationRequest request, string name, CancellationToken cancellation)
    {
        var partnership = logs.SelectMany(log => log.Changes).Any(change => change.Resource == name)
            ? At(logs.ToDictionary(log => log.Source, log => log.LastSequence)).Partnerships[name]
            : throw new UsageException($"There is no partnership {ResourceNames.Id(name)}.");
        var currency = request.Currency ?? partnership.ReportingCurrency;
        var query = new PortfolioQuery
        {
            Partnership = name,
            AsOf = PartialDate.From(request.AsOf).ToDate(),
            RateDate = PartialDate.From(request.RateDate).ToDate(),
            ReportingCurrency = currency,
        };
        Comparison Compare(World world)
        {
            var naive = new NaiveShares(world, world.Partnerships[name], request.AsOf, request.RateDate, currency);
            return new Comparison(naive, new NaiveGroups(world, request.AsOf), currency);
        }

        var figures = await CompareUntilConsistent(() => AskSummary(query, cancellation), Compare, cancellation);
        foreach (var grouping in Groupings)
        {
            foreach (var measure in Measures)
            {
                foreach (var jointOnly in new[] { false, true })
                    figures += await CompareUntilConsistent(
                        () => AskCoInvestments(query, grouping, measure, jointOnly, cancellation), Compare, cancellation);
            }
        }

        return new VerifiedPartnership(
            name, currency, request.AsOf.ToString("O", System.Globalization.CultureInfo.InvariantCulture), figures);
    }

    private async Task<Answer> AskSummary(PortfolioQuery query, CancellationToken cancellation)
    {
        var summary = await gateway.Portfolio.GetPortfolioSummaryAsync(
            new GetPortfolioSummaryRequest { Query = query }, Gateway.Unary(cancellation));
        return new Answer([summary.Freshness], comparison => comparison.Summary(summary));
    }

    private async Task<Answer> AskCoInvestments(
        PortfolioQuery query, CoInvestmentGrouping grouping, Measure measure, bool jointOnly, CancellationToken cancellation)
    {
        var request = new ListCoInvestmentsRequest
        {
            Query = query,
            GroupBy = grouping,
            Measure = measure,
            JointOnly = jointOnly,
            PageSize = Pages.Size,
        };
        var pages = await Pages.Walk(request, gateway.Portfolio.ListCoInvestmentsAsync, cancellation).ToListAsync(cancellation);
        return new Answer(
            [.. pages.Select(page => page.Freshness)],
            comparison => comparison.CoInvestments(grouping, measure, jointOnly, [.. pages.SelectMany(page => page.Rows)], pages[^1]));
    }

    /// <summary>
    /// Queries the gateway, folds the feeds up to the position stated in the response, and compares. During writes a response may contain
    /// slightly more than it states, or its pages may differ; then the query is repeated until the timeout.
    /// Returns the number of equal figures.
    /// </summary>
    private async Task<int> CompareUntilConsistent(Func<Task<Answer>> ask, Func<World, Comparison> compare, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            try
            {
                var watermarks = answer.Watermarks();
                foreach (var log in logs.Where(log => log.LastSequence < watermarks.GetValueOrDefault(log.Source)))
                    await log.ReadNewChanges(cancellation);
                var comparison = compare(At(watermarks));
                answer.Check(comparison);
                return comparison.Figures;
            }
            catch (DifferenceException) when (answer.IsMoving && time.GetElapsedTime(started) < Timeout)
            {
                await Task.Delay(RetryInterval, time, cancellation);
            }
        }
    }

    /// <summary>Waits until the gateway has applied everything that was read, so that a stalled gateway is detected.</summary>
    private async Task WaitForGateway(string partnership, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var summary = await gateway.Portfolio.GetPortfolioSummaryAsync(
                new GetPortfolioSummaryRequest { Query = new PortfolioQuery { Partnership = partnership } }, Gateway.Unary(cancellation));
            var behind = logs.FirstOrDefault(log => Applied(summary, log.Source) < log.LastSequence);
            if (behind is null)
                return;
            if (time.GetElapsedTime(started) >= Timeout)
            {
                throw new DifferenceException(
                    $"gateway, {behind.Source}",
                    $"after {Timeout.TotalSeconds:0} s it has applied {Applied(summary, behind.Source)} of " +
                    $"{behind.LastSequence} changes");
            }

            await Task.Delay(RetryInterval, time, cancellation);
        }
    }

    private static long Applied(PortfolioSummary summary, string source) =>
        summary.Freshness.FirstOrDefault(freshness => freshness.Source == source)?.AppliedSequence ?? 0;

    /// <summary>The state after the changes up to these sequences.</summary>
    private World At(IReadOnlyDictionary<string, long> watermarks)
    {
        var key = string.Join(' ', logs.Select(log => watermarks.GetValueOrDefault(log.Source)));
        if (folded is { } last && last.Watermarks == key)
            return last.World;
        var world = new World();
        foreach (var log in logs)
        {
            foreach (var change in log.Changes.Take((int)watermarks.GetValueOrDefault(log.Source)))
                world.Apply(change);
        }

        folded = (key, world);
        return world;
    }

    /// <summary>A response of the gateway, on one page or several.</summary>
    private sealed record Answer(IReadOnlyList<IReadOnlyCollection<SourceFreshness>> Pages, Action<Comparison> Check)
    {
        /// <summary>Whether changes were still being applied when the gateway responded, or between its pages.</summary>
        public bool IsMoving =>
            Pages.SelectMany(page => page).Any(source => source.AppliedSequence < source.LastKnownSequence) ||
            Pages.Select(Key).Distinct().Count() > 1;

        public Dictionary<string, long> Watermarks() => Pages.Select(Key).Distinct().Count() == 1
            ? Pages[0].ToDictionary(source => source.Source, source => source.AppliedSequence)
            : throw new DifferenceException("a list of the gateway", "its pages show different states, because of concurrent writes");

        private static string Key(IEnumerable<SourceFreshness> page) =>
            string.Join(' ', page.Select(source => $"{source.Source}:{source.AppliedSequence}").Order(StringComparer.Ordinal));
    }
}
