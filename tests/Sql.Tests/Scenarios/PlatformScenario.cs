using Dapper;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Platform.Audit;
using Mining.Platform.Authentication;
using Mining.Platform.Bus;
using Mining.Platform.Calls;
using Mining.Platform.Commit;
using Mining.Platform.Relay;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;
using Mining.Testing;

namespace Mining.Sql.Tests.Scenarios;

/// <summary>Everything that the platform does with the database of every service that owns data.</summary>
internal static class PlatformScenario
{
    /// <param name="service">The service, which has committed something.</param>
    public static async Task Run(ServiceOnDisk service)
    {
        var (database, committer, log) = (service.Get<Database>(), service.Get<Committer>(), service.Get<ChangeLog>());
        await ReadTheLog(database, log);
        await RepeatCommand(committer);
        await new RequestCleanup(database, committer, new NextMonth(), NullLogger<RequestCleanup>.Instance).RunOnce(CancellationToken.None);

        await ReadTheAuditTrail(service.Get<AuditTrail>());
        var checkpoints = service.Get<Checkpoints>();
        await checkpoints.Sign(CancellationToken.None);
        await checkpoints.List(0, 10, CancellationToken.None);
        await checkpoints.Keys(CancellationToken.None);

        var parked = new ParkedChanges(database, committer, log, TimeProvider.System);
        await parked.Park(1, "refused", CancellationToken.None);
        await parked.Keep(1, "refused again", CancellationToken.None);
        await parked.Redrive([1], new Caller("tester"), CancellationToken.None);
        await parked.Redriven(10, CancellationToken.None);
        await parked.Count(CancellationToken.None);
        await parked.Release(1, CancellationToken.None);

        var lease = new PublishLease(database, committer, service.Get<ServiceIdentity>(), TimeProvider.System, NullLogger.Instance);
        await lease.Hold(CancellationToken.None);
        await lease.Release();
    }

    /// <summary>What services do that refer to projects.</summary>
    public static async Task RunWithProjects(ServiceOnDisk service)
    {
        var known = service.Get<KnownProjects>();
        await known.Take(new Change { Resource = "projects/heard-of" }, CancellationToken.None);
        await known.Require("projects/heard-of", CancellationToken.None);
        using var restarted = new KnownProjects(
            service.Get<Database>(), service.Get<Committer>(), service.Get<IServiceCalls>(), TimeProvider.System, NullLogger<KnownProjects>.Instance);
        await restarted.Require("projects/heard-of", CancellationToken.None);

        using var deliveries = new SharedDeliveries(
            known, service.Get<Database>(), service.Get<Committer>(), new FeedReader(service.Get<IServiceCalls>()),
            new DeliveryMonitor(new BusOptions(), TimeProvider.System, NullLogger<DeliveryMonitor>.Instance), TimeProvider.System,
            NullLogger<SharedDeliveries>.Instance);
        await deliveries.Look(CancellationToken.None); // counts the deliveries
        await deliveries.Look(CancellationToken.None); // nothing new since then
    }

    /// <summary>Runs the commands through the committer.</summary>
    public static Task<T> Commit<T>(this ServiceOnDisk service, Func<UnitOfWork, Task<T>> decide)
        where T : class, IMessage<T>, new() =>
        service.Get<Committer>().Run(Command.OfService("tester", "Test"), decide, CancellationToken.None);

    private static async Task ReadTheLog(Database database, ChangeLog log)
    {
        var head = await log.Head(CancellationToken.None);
        var changes = await log.Read(0, 10, CancellationToken.None);
        await log.ReadRevisions(changes[0].Resource, 10, 10, CancellationToken.None);
        await using var connection = await database.Open(CancellationToken.None);
        await log.Has(connection, head);
    }

    private static async Task ReadTheAuditTrail(AuditTrail trail)
    {
        var now = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        Action<ListAuditEntriesRequest>[] conditions =
        [
            request => request.Caller = "tester",
            request => request.Side = "EU",
            request => request.Method = "Test",
            request => request.Outcome = AuditOutcome.Accepted,
            request => request.Outcome = AuditOutcome.Refused,
            request => request.Reason = "OTHER_SIDE",
            request => request.Resource = "projects/one",
            request => request.FromTime = now,
            request => request.ToTime = now,
        ];
        var all = new ListAuditEntriesRequest();
        foreach (var condition in conditions)
        {
            var one = new ListAuditEntriesRequest();
            condition(one);
            condition(all);
            foreach (var visibleTo in (string[]?[])[null, ["EU"], ["EU", "US"]])
            {
                await trail.List(one, visibleTo, long.MaxValue, 10, CancellationToken.None);
                await trail.List(all, visibleTo, long.MaxValue, 10, CancellationToken.None);
            }
        }
    }

    private static async Task RepeatCommand(Committer committer)
    {
        var command = new Command(new Caller("tester"), "Test", "request-1", new byte[32], ValidateOnly: false);
        for (var i = 0; i < 2; i++)
            await committer.Run(command, _ => Task.FromResult(new Revision()), CancellationToken.None);
    }

    /// <summary>A clock that runs ahead, so that today's answers are old.</summary>
    private sealed class NextMonth : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(30);
    }
}
