using Google.Protobuf;

namespace Mining.Simulation.Histories;

/// <summary>
/// All events of one run as data: commands, queries and faults, each at its virtual time. Everything left open (the order of several ready
/// tasks, which message is lost) follows from the seed and from what it concerns, so that a history without some of its events behaves the
/// same in the rest.
/// </summary>
/// <param name="Seed">Decides what the events leave open.</param>
/// <param name="Events">In order of time.</param>
/// <param name="End">The end of the faults.</param>
internal sealed record History(int Seed, IReadOnlyList<HistoryEvent> Events, TimeSpan End);

/// <summary>An event of a history.</summary>
internal abstract record HistoryEvent(TimeSpan At);

/// <summary>
/// A caller sends a command. With a request id it retries until it gets an answer, and sometimes sends the command several times at once;
/// without one it does not.
/// </summary>
internal sealed record SendCommand(TimeSpan At, int Number, IMessage Request, bool HasRequestId, int AtOnce, int? ReusesIdOf) : HistoryEvent(At);

/// <summary>A caller reads a record at the service that owns it.</summary>
internal sealed record ReadRecord(TimeSpan At, string Name) : HistoryEvent(At);

/// <summary>A board queries the gateway.</summary>
internal sealed record AskGateway(TimeSpan At) : HistoryEvent(At);

/// <summary>An operator redrives parked changes.</summary>
internal sealed record Redrive(TimeSpan At, string Service) : HistoryEvent(At);

/// <summary>A process is killed, and restarted later.</summary>
internal sealed record KillNode(TimeSpan At, string Node, TimeSpan Down) : HistoryEvent(At);

/// <summary>A process is asked to stop, and restarted later.</summary>
internal sealed record StopNode(TimeSpan At, string Node, TimeSpan Down) : HistoryEvent(At);

/// <summary>The gateway is killed, and restarts with a damaged checkpoint, or without one.</summary>
internal sealed record DamageCheckpoint(TimeSpan At, bool Missing, TimeSpan Down) : HistoryEvent(At);

/// <summary>The effect of a database fault on its step.</summary>
internal enum DatabaseEffect
{
    Busy,
    FailBefore,
    FailAfter,
    CrashBefore,
    CrashAfter,
}

/// <summary>After a number of good steps, one or several steps fail.</summary>
internal sealed record DatabaseFault(TimeSpan At, string Node, DatabaseEffect Effect, int AfterSteps, int Times, bool OnlyCommits, TimeSpan Down)
    : HistoryEvent(At);

/// <summary>No write succeeds for a while.</summary>
internal sealed record DiskFull(TimeSpan At, string Node, TimeSpan For) : HistoryEvent(At);

/// <summary>The clock of a machine is set.</summary>
internal sealed record ClockJump(TimeSpan At, string Node, TimeSpan By) : HistoryEvent(At);

/// <summary>A process dies during a publication, before or after the broker has accepted it.</summary>
internal sealed record CrashAtPublication(TimeSpan At, string Node, int AfterPublications, bool Taken, TimeSpan Down) : HistoryEvent(At);

/// <summary>For a while the broker loses, duplicates and delays deliveries, in parts per million.</summary>
internal sealed record BrokerTrouble(TimeSpan At, TimeSpan For, int LostPpm, int DoubledPpm, int LatePpm, TimeSpan Latest) : HistoryEvent(At);

/// <summary>The kinds of sidecar failure.</summary>
internal enum SidecarState
{
    Away,
    AnswerLost,
    RefusesAll,
    RefusesSome,
}

/// <summary>A service's sidecar fails for a while.</summary>
internal sealed record SidecarTrouble(TimeSpan At, string Node, SidecarState State, TimeSpan For) : HistoryEvent(At);

/// <summary>The kinds of invalid delivery.</summary>
internal enum PoisonKind
{
    Unreadable,
    UnknownType,
    WrongSource,
    Incomplete,
    OtherLog,
}

/// <summary>An invalid message is published on a topic.</summary>
internal sealed record PoisonDelivery(TimeSpan At, string Topic, PoisonKind Kind) : HistoryEvent(At);

/// <summary>For a while calls and answers are lost, in parts per million.</summary>
internal sealed record NetworkTrouble(TimeSpan At, TimeSpan For, int RequestsLostPpm, int AnswersLostPpm) : HistoryEvent(At);
