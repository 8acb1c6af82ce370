using Google.Protobuf;
using Google.Type;
using Mining.Gateway.Api;
using Mining.Gateway.Follow;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Platform.Errors;
using Mining.Platform.Feed;
using Mining.Portfolio.V1;
using Mining.Primitives.Numbers;
using Mining.Simulation.Kernel;
using Mining.Simulation.Model;
using Mining.Simulation.Model.Figures;
using Mining.Simulation.Network;

namespace Mining.Simulation.Checking;

/// <summary>
/// The conditions after the faults have ended: every consumer has caught up, every chain is intact, every record matches the model, and so
/// do the gateway's figures.
/// </summary>
internal sealed class FinalCheck(SimulatedMesh mesh, int seed)
{
    private static readonly string[] Currencies = ["EUR", "USD", "JPY"];

    /// <summary>The number of revisions in a dossier.</summary>
    private const int MaxRevisions = 100;

    private readonly Random random = new(seed);

    private GatewayView View => new(mesh);

    public bool HasSettled() =>
        mesh.Nodes.All(node => node.IsServing) && mesh.Journal.UnderWay == 0 && SimulatedMesh.Owners.All(owner => View.Applied(owner) == mesh.HeadOf(owner));

    public string Describe() => string.Join("; ", SimulatedMesh.Owners.Select(owner => $"{owner} has {mesh.HeadOf(owner)}, the gateway {View.Applied(owner)}"))
        + $"; calls under way {mesh.Journal.UnderWay}; down {string.Join(", ", mesh.Nodes.Where(node => !node.IsServing).Select(node => node.Name))}";

    /// <exception cref="DifferenceFoundException">The first difference.</exception>
    public void Compare()
    {
        foreach (var owner in SimulatedMesh.Owners)
            CompareChain(owner);
        CompareRecords();
        var today = DateOnly.FromDateTime(mesh["gateway"].Clock.UtcDateTime);
        foreach (var asOf in new[] { today, today.AddDays(random.Next(-900, 900)), new DateOnly(2035, 1, 1) })
        {
            foreach (var currency in Currencies)
                CompareFigures(asOf, currency);
        }
    }

    /// <summary>Checks that the sides and shares of an answer add up.</summary>
    public static void AddsUp(PortfolioSummary summary)
    {
        foreach (var table in summary.AllProjects.Concat(summary.JointProjects).Concat(summary.Instruments.SelectMany(entry => entry.Measures)))
        {
            var parts = table.Sides.Sum(side => MinorUnits(side.Amount));
            if (parts != MinorUnits(table.Total))
                throw new DifferenceFoundException($"The sides add up to {parts} and the total is {table.Total}: {table}");
            if (!table.NothingToShare && table.Sides.Sum(side => side.SharePpm) != 1_000_000)
                throw new DifferenceFoundException($"The shares do not add up to a million: {table}");
        }
    }

    public static long HoleRepairs(SimulatedMesh mesh) => new GatewayView(mesh).HoleRepairs;

    private void CompareChain(string owner)
    {
        var chain = ChainVerification.Run(mesh.LogOf(owner), CancellationToken.None).GetAwaiter().GetResult();
        if (!chain.Intact)
            throw new DifferenceFoundException($"The chain of {owner} is broken: {chain.Problem}");
        if (chain.VerifiedCount != mesh.HeadOf(owner))
            throw new DifferenceFoundException($"The chain of {owner} has {chain.VerifiedCount} changes, but its head is at {mesh.HeadOf(owner)}");
    }

    private void CompareRecords()
    {
        foreach (var expected in mesh.Journal.Model.All.Where(record => record is Projects.V1.Project))
        {
            var dossier = View.Ask<ProjectDossier>(api => api.GetProjectDossier(
                new() { Name = expected.Name, Query = new PortfolioQuery { ReportingCurrency = "EUR" } }, new SimulatedCall("GetProjectDossier", "board")));
            if (dossier is not null && !dossier.Project.Equals(expected))
                throw new DifferenceFoundException($"The gateway has {dossier.Project}, the model {expected}");
            var revisions = dossier?.Revisions.Select(revision => revision.Version).Order().ToList();
            if (revisions is not null && !revisions.SequenceEqual(Enumerable.Range(1, (int)expected.Version).Select(version => (long)version).TakeLast(MaxRevisions)))
                throw new DifferenceFoundException($"The gateway has versions {string.Join(", ", revisions)} of {expected.Name}, which has {expected.Version}");
            foreach (var reservation in dossier?.Reservations ?? [])
            {
                if (!reservation.Equals(mesh.Journal.Model.Find(reservation.Name)))
                    throw new DifferenceFoundException($"The gateway has {reservation}, the model {mesh.Journal.Model.Find(reservation.Name)}");
            }
        }
    }

    private void CompareFigures(DateOnly asOf, string currency)
    {
        var query = new PortfolioQuery
        {
            Partnership = CommandGenerator.Partnership,
            AsOf = PartialDate.From(asOf).ToDate(),
            RateDate = PartialDate.From(asOf).ToDate(),
            ReportingCurrency = currency,
        };
        var summary = View.Ask<PortfolioSummary>(api => api.GetPortfolioSummary(new() { Query = query }, new SimulatedCall("GetPortfolioSummary", "board")));
        if (summary is null)
            return; // A rate is missing, and the answer says so.
        AddsUp(summary);
        var differences = AnswerComparison.Differences(mesh.Journal.Model.Portfolio(query, asOf, sides: []).Summary(), summary);
        if (differences.Count > 0)
            throw new DifferenceFoundException($"As of {asOf:O} in {currency} the gateway differs from the model: {string.Join("\n", differences)}");
    }

    private static long MinorUnits(Money? money)
    {
        if (money is null)
            return 0;
        return Amount.TryRead(money, out var amount, out var problem) ? amount.MinorUnits : throw new DifferenceFoundException($"{money}: {problem}");
    }

    /// <summary>The current gateway, called without a network.</summary>
    private sealed class GatewayView(SimulatedMesh mesh)
    {
        private PortfolioFollower Follower => mesh["gateway"].Get<PortfolioFollower>();

        public long HoleRepairs => 0;

        public long Applied(string source) => Follower.View.Sources.FirstOrDefault(position => position.Source == source)?.Watermark ?? 0;

        /// <summary>The answer; null if the gateway refuses because a rate is missing.</summary>
        public T? Ask<T>(Func<PortfolioGrpcService, Task<T>> ask)
            where T : class
        {
            try
            {
                return ask(mesh["gateway"].Get<PortfolioGrpcService>()).GetAwaiter().GetResult();
            }
            catch (RefusedException refused) when (refused.Refusal.Reason is "EXCHANGE_RATE_MISSING")
            {
                return null;
            }
        }
    }
}
