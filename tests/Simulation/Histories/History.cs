using Google.Protobuf;

namespace Mining.Simulation.Histories;

/// <summary>
/// All that happens in one run, as data: who asks what, and what goes wrong, each at its virtual time. What is left open (which of
/// several things that are ready comes first, which message is lost) follows from the seed and from what it concerns, so that a
/// history with some events left out behaves alike in the rest.
/// </summary>
/// <param name="Seed">Decides what the events leave open.</param>
/// <param name="Events">In the order of their times.</param>
/// <param name="End">When the faults stop.</param>
internal sealed record History(int Seed, IReadOnlyList<HistoryEvent> Events, TimeSpan End);

/// <summary>Something that happens.</summary>
internal abstract record HistoryEvent(TimeSpan At);

/// <summary>
/// A caller sends a command. With a request id it repeats the command when it gets no answer, and at times sends it several times at
/// once; without one it does not.
/// </summary>
internal sealed record SendCommand(TimeSpan At, int Number, IMessage Request, bool HasRequestId, int AtOnce, int? ReusesIdOf) : HistoryEvent(At);

/// <summary>Somebody reads a record at the service that owns it.</summary>
internal sealed record ReadRecord(TimeSpan At, string Name) : HistoryEvent(At);

/// <summary>A board asks the gateway.</summary>
internal sealed record AskGateway(TimeSpan At) : HistoryEvent(At);

/// <summary>An operator has parked changes published again.</summary>
internal sealed record Redrive(TimeSpan At, string Service) : HistoryEvent(At);

/// <summary>A process is killed, and started again later.</summary>
internal sealed record KillNode(TimeSpan At, string Node, TimeSpan Down) : HistoryEvent(At);

/// <summary>A process is asked to stop, and started again later.</summary>
internal sealed record StopNode(TimeSpan At, string Node, TimeSpan Down) : HistoryEvent(At);

/// <summary>The gateway is killed, and starts with a damaged checkpoint, or none.</summary>
internal sealed record DamageCheckpoint(TimeSpan At, bool Missing, TimeSpan Down) : HistoryEvent(At);

/// <summary>What a database fault does at its step.</summary>
internal enum DatabaseEffect
{
    Busy,
    FailBefore,
    FailAfter,
    CrashBefore,
    CrashAfter,
}

/// <summary>From now on a number of steps go well, and then one or several go wrong.</summary>
internal sealed record DatabaseFault(TimeSpan At, string Node, DatabaseEffect Effect, int AfterSteps, int Times, bool OnlyCommits, TimeSpan Down)
    : HistoryEvent(At);

/// <summary>For a while nothing can be written.</summary>
internal sealed record DiskFull(TimeSpan At, string Node, TimeSpan For) : HistoryEvent(At);

/// <summary>The clock of a machine is set.</summary>
internal sealed record ClockJump(TimeSpan At, string Node, TimeSpan By) : HistoryEvent(At);

/// <summary>A process dies at a publication, before or after the broker has taken it.</summary>
internal sealed record CrashAtPublication(TimeSpan At, string Node, int AfterPublications, bool Taken, TimeSpan Down) : HistoryEvent(At);

/// <summary>For a while the broker loses, doubles and delays deliveries, in parts per million.</summary>
internal sealed record BrokerTrouble(TimeSpan At, TimeSpan For, int LostPpm, int DoubledPpm, int LatePpm, TimeSpan Latest) : HistoryEvent(At);

/// <summary>How a sidecar does not do its work.</summary>
internal enum SidecarState
{
    Away,
    AnswerLost,
    RefusesAll,
    RefusesSome,
}

/// <summary>For a while a service's sidecar does not do its work.</summary>
internal sealed record SidecarTrouble(TimeSpan At, string Node, SidecarState State, TimeSpan For) : HistoryEvent(At);

/// <summary>How a delivery is no good.</summary>
internal enum PoisonKind
{
    Unreadable,
    UnknownType,
    WrongSource,
    Incomplete,
    OtherLog,
}

/// <summary>Something that is no good lies on a topic.</summary>
internal sealed record PoisonDelivery(TimeSpan At, string Topic, PoisonKind Kind) : HistoryEvent(At);

/// <summary>For a while calls and their answers are lost on the way, in parts per million.</summary>
internal sealed record NetworkTrouble(TimeSpan At, TimeSpan For, int RequestsLostPpm, int AnswersLostPpm) : HistoryEvent(At);
