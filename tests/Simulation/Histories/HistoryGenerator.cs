using Mining.Simulation.Model;

namespace Mining.Simulation.Histories;

/// <summary>Makes a history from a seed: commands of many callers and faults of all kinds; some histories are calm, some wild.</summary>
internal static class HistoryGenerator
{
    private static readonly string[] Nodes = ["projects", "investors", "refining", "gateway"];
    private static readonly string[] Topics = ["projects.changes", "investors.changes", "refining.changes"];

    public static History Of(int seed)
    {
        var random = new Random(seed);
        var end = TimeSpan.FromSeconds(random.Next(4, 25));
        var events = new List<HistoryEvent>();
        AddCommands(events, random, end);
        for (var i = random.Next(8); i > 0; i--)
            events.Add(new ReadRecord(Moment(random, end), Name(random)));
        for (var i = random.Next(4); i > 0; i--)
            events.Add(new AskGateway(Moment(random, end)));
        // One history in ten has no faults: a failure there does not depend on them.
        for (var i = random.Next(10) == 0 ? 0 : random.Next(1, 13); i > 0; i--)
            events.Add(Fault(random, end));
        if (random.Next(4) == 0)
            AddCheckpointLoss(events, random, end);
        if (random.Next(3) == 0)
            events.Add(new Redrive(Moment(random, end), Owner(random)));
        return new History(seed, [.. events.OrderBy(happening => happening.At)], end);
    }

    private static void AddCommands(List<HistoryEvent> events, Random random, TimeSpan end)
    {
        var count = random.Next(10, 200);
        // Some commands arrive alone and some in bursts, so that transactions have one command or many.
        var crowds = random.Next(1, 12);
        var moments = Enumerable.Range(0, crowds).Select(_ => Moment(random, end)).ToArray();
        var sent = new List<SendCommand>();
        for (var number = 0; number < count; number++)
        {
            // The first commands create what later ones refer to.
            var isFirst = number < count / 3;
            var at = isFirst ? Moment(random, end / 8)
                : random.Next(2) == 0 ? Moment(random, end) : moments[random.Next(crowds)] + TimeSpan.FromTicks(random.Next(50_000));
            var command = new SendCommand(
                at, number, CommandGenerator.Next(random, isBeginning: isFirst), HasRequestId: random.Next(4) != 0, AtOnce: 1, ReusesIdOf: null);
            if (command.HasRequestId && random.Next(8) == 0)
                command = command with { AtOnce = random.Next(2, 6) };
            if (command.HasRequestId && random.Next(15) == 0)
            {
                var other = sent.Find(earlier => earlier is { HasRequestId: true, ReusesIdOf: null }
                    && earlier.Request.Descriptor == command.Request.Descriptor && !earlier.Request.Equals(command.Request));
                command = command with { ReusesIdOf = other?.Number };
            }

            sent.Add(command);
        }

        events.AddRange(sent);
    }

    /// <summary>A checkpoint that cannot be written, and soon after a restart of the gateway from the earlier checkpoint.</summary>
    private static void AddCheckpointLoss(List<HistoryEvent> events, Random random, TimeSpan end)
    {
        var at = Moment(random, end);
        events.Add(new DatabaseFault(
            at, "gateway", (DatabaseEffect)random.Next(5), random.Next(10), random.Next(1, 4), OnlyCommits: random.Next(2) == 0, TimeSpan.FromSeconds(1)));
        events.Add(new KillNode(at + TimeSpan.FromMilliseconds(random.Next(200, 6_000)), "gateway", TimeSpan.FromMilliseconds(random.Next(1, 2_000))));
    }

    private static HistoryEvent Fault(Random random, TimeSpan end)
    {
        var at = Moment(random, end);
        var down = TimeSpan.FromMilliseconds(random.Next(1, 6_000));
        var span = TimeSpan.FromMilliseconds(random.Next(50, 8_000));
        return random.Next(20) switch
        {
            0 => new KillNode(at, Node(random), down),
            1 => new StopNode(at, Node(random), down),
            2 => new DamageCheckpoint(at, random.Next(2) == 0, down),
            3 or 4 => new DatabaseFault(
                at, Node(random), (DatabaseEffect)random.Next(5), random.Next(40), random.Next(1, 4), OnlyCommits: false, down),
            5 or 14 or 15 => new DatabaseFault(at, Owner(random), (DatabaseEffect)random.Next(5), random.Next(4), random.Next(1, 3), OnlyCommits: true, down),
            6 => new DiskFull(at, Node(random), span),
            // Half of them at the gateway: only there does a gap wait for its repair while the clock is set back.
            7 or 18 or 19 => new ClockJump(at, random.Next(2) == 0 ? "gateway" : Node(random), Jump(random)),
            8 => new CrashAtPublication(at, Owner(random), random.Next(6), random.Next(2) == 0, down),
            9 or 10 or 16 or 17 => new BrokerTrouble(
                at, span * 2, Ppm(random), Ppm(random), Ppm(random), TimeSpan.FromMilliseconds(random.Next(10, 45_000))),
            11 => new SidecarTrouble(at, Owner(random), (SidecarState)random.Next(4), span),
            12 => new PoisonDelivery(at, Topics[random.Next(Topics.Length)], (PoisonKind)random.Next(5)),
            _ => new NetworkTrouble(at, span, Ppm(random) / 2, Ppm(random) / 2),
        };
    }

    private static TimeSpan Jump(Random random)
    {
        var by = random.Next(3) switch
        {
            0 => TimeSpan.FromMilliseconds(random.Next(1, 5_000)),
            1 => TimeSpan.FromMinutes(random.Next(1, 600)),
            _ => TimeSpan.FromDays(random.Next(1, 20)),
        };
        return random.Next(3) == 0 ? by : -by;
    }

    /// <summary>A record that some command refers to.</summary>
    private static string Name(Random random) =>
        CommandGenerator.TargetOf(CommandGenerator.Next(random)) is { } name && RequestFields.CanGet(name) ? name : CommandGenerator.Partnership;

    private static int Ppm(Random random) => random.Next(3) == 0 ? 0 : random.Next(1_000_000);

    private static TimeSpan Moment(Random random, TimeSpan end) => TimeSpan.FromTicks(random.NextInt64(end.Ticks));

    private static string Node(Random random) => Nodes[random.Next(Nodes.Length)];

    private static string Owner(Random random) => Nodes[random.Next(Nodes.Length - 1)];
}
