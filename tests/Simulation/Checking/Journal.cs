using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Mining.Changes.V1;
using Mining.Common.V1;
using Mining.Investors.V1;
using Mining.Platform.Commit;
using Mining.Simulation.Histories;
using Mining.Simulation.Model;
using Mining.Simulation.Nodes;

namespace Mining.Simulation.Checking;

/// <summary>
/// Compares the services with the model while the history runs. The change log shows which commands were executed, in which order: each
/// must have been sent, be executed once, and have the predicted outcome. Each answer must be one that the model allows at some moment
/// during the call.
/// </summary>
internal sealed class Journal(MeshModel model, FaultTally tally, Func<Node, DateTimeOffset> clock)
{
    private readonly Dictionary<RequestKey, List<SentCommand>> commands = [];
    private readonly List<(Node Node, Attempt Attempt)> attempts = [];
    private readonly List<ReadAttempt> reads = [];
    private readonly Dictionary<string, long> sequences = new(StringComparer.Ordinal);

    /// <summary>Skips the changes that a service recorded at startup.</summary>
    public void Skip(string service, long sequence) => sequences[service] = sequence;

    public MeshModel Model => model;

    public int UnderWay => attempts.Count + reads.Count;

    /// <summary>The number of compared changes.</summary>
    public long Changes { get; private set; }

    public Dictionary<string, long> Answers { get; } = new(StringComparer.Ordinal);

    public SentCommand Register(SendCommand sent, RequestKey key, bool validateOnly)
    {
        var command = new SentCommand(sent, key, validateOnly);
        if (!commands.TryGetValue(key, out var same))
            commands[key] = same = [];
        same.Add(command);
        return command;
    }

    /// <summary>A service has committed: its new changes must match the model.</summary>
    public void Committed(Node node, ChangeLog log)
    {
        var changes = log.Read(sequences.GetValueOrDefault(node.Name), int.MaxValue, CancellationToken.None).GetAwaiter().GetResult();
        for (var i = 0; i < changes.Count;)
        {
            var key = KeyOf(node, changes[i]);
            var ofOneCommand = changes.Skip(i).TakeWhile(change => KeyOf(node, change) == key).ToList();
            foreach (var change in ofOneCommand)
                CheckSequence(node, change.Sequence);
            Take(key, ofOneCommand);
            i += ofOneCommand.Count;
            Changes += ofOneCommand.Count;
            foreach (var (at, attempt) in attempts)
                Note(at, attempt);
            foreach (var read in reads)
                read.States.Add(model.Find(read.Name));
        }
    }

    public Attempt Begin(Node node, SentCommand command)
    {
        // A caller with an etag has just read it.
        command.Request = CommandGenerator.WithPresentEtag(command.Request, model.Find);
        var attempt = new Attempt(command);
        attempts.Add((node, attempt));
        Note(node, attempt);
        return attempt;
    }

    public ReadAttempt BeginRead(string name)
    {
        var read = new ReadAttempt(name);
        read.States.Add(model.Find(name));
        reads.Add(read);
        return read;
    }

    /// <summary>The call was answered.</summary>
    public void Answered(Node node, Attempt attempt, IMessage answer)
    {
        End(node, attempt);
        Count("OK");
        var command = attempt.Command;
        if (command.ValidateOnly)
        {
            if (!attempt.Predictions.OfType<Accepted>().Any(accepted => SameButTimes(accepted.Resource, answer)))
                throw Unexpected(attempt, $"was answered {answer}");
            return;
        }

        if (command.Applied is null && command.Unrecorded.Any(present => present.Equals(answer)))
            return;
        if (command.Applied is null)
            throw new DifferenceFoundException($"{command} was acknowledged but is not in the log");
        if (!command.Applied.Equals(answer))
            throw new DifferenceFoundException($"{command} was answered with {answer}, but the log has {command.Applied}");
    }

    /// <summary>The call ended with a status; returns whether it may have been executed nevertheless.</summary>
    public bool Refused(Node node, Attempt attempt, RpcException exception)
    {
        End(node, attempt);
        var reason = exception.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
        Count($"{exception.StatusCode} {(reason.Length > 0 ? reason : "(no answer)")}");
        switch (exception.StatusCode)
        {
            case StatusCode.Unavailable or StatusCode.ResourceExhausted when tally.Any:
                return true;
            case StatusCode.InvalidArgument when reason == "REQUEST_ID_REUSED":
                if (!attempt.MayBeReuse)
                    throw Unexpected(attempt, "was refused for the reuse of its request id");
                return false;
        }

        if (!attempt.Predictions.OfType<Model.Refused>().Any(refused => refused.Allows(exception.StatusCode, reason)))
            throw Unexpected(attempt, $"was refused with {exception.StatusCode} {reason} ({exception.Status.Detail})");
        return false;
    }

    /// <summary>A read ended; null: the record does not exist.</summary>
    public void Read(ReadAttempt read, IMessage? answer)
    {
        reads.Remove(read);
        Count("read");
        if (!read.States.Any(state => Equals(state, answer)))
            throw new DifferenceFoundException($"{read.Name} was read as {answer?.ToString() ?? "absent"}, but is {read.States[^1]?.ToString() ?? "absent"}");
    }

    public void GaveUp(ReadAttempt read) => reads.Remove(read);

    private static RequestKey KeyOf(Node node, Change change) => new(node.Name, change.Actor, change.Method, change.RequestId);

    private void CheckSequence(Node node, long sequence)
    {
        var last = sequences.GetValueOrDefault(node.Name);
        if (sequence != last + 1)
            throw new DifferenceFoundException($"{node.Name}: change {last} is followed by {sequence}");
        sequences[node.Name] = sequence;
    }

    /// <summary>Applies the changes of one command to the model, which must predict each of them.</summary>
    private void Take(RequestKey key, List<Change> changes)
    {
        var states = changes.Select(change => Unpack(change.State)).ToList();
        var time = changes[0].CommitTime.ToDateTimeOffset();
        if (!commands.TryGetValue(key, out var candidates))
            throw new DifferenceFoundException($"{changes[0]} was executed for {key}, which no caller has sent");
        if (candidates.FirstOrDefault(candidate => candidate.Applied is not null) is { } done)
            throw new DifferenceFoundException($"{done} was executed twice: {changes[0]}");
        // If two inputs with one request id have the same effect, the log does not show which was executed; the other is refused as a
        // reuse.
        var possible = candidates.FindAll(candidate => !candidate.ValidateOnly && Predicted(candidate, states, time) is not null);
        var command = possible.FirstOrDefault()
            ?? throw new DifferenceFoundException(
                $"{key.Service} recorded {string.Join(", ", states)}; of {candidates[0]} the model says {model.Predict(candidates[0].Request, time)}");
        foreach (var candidate in possible)
            candidate.Applied = Predicted(candidate, states, time);
        var expected = model.Apply(command.Request, time);
        foreach (var resource in expected)
        {
            if (!states.Contains(resource))
                throw new DifferenceFoundException($"{command} must also have recorded {resource}; it recorded {string.Join(", ", states)}");
        }

        if (expected.Count != states.Count)
            throw new DifferenceFoundException($"{command} recorded {string.Join(", ", states)}; the model has {string.Join(", ", expected)}");
    }

    /// <summary>The resource that the command returns, if it is among the recorded changes.</summary>
    private IVersionedResource? Predicted(SentCommand command, List<IVersionedResource> states, DateTimeOffset time) =>
        model.Predict(command.Request, time) is Accepted { IsRecorded: true } accepted ? states.Find(accepted.Resource.Equals) : null;

    private void Note(Node node, Attempt attempt)
    {
        var prediction = model.Predict(attempt.Command.Request, clock(node));
        attempt.Note(prediction);
        if (prediction is Accepted { IsRecorded: false } unrecorded && !attempt.Command.ValidateOnly)
            attempt.Command.Unrecorded.Add(unrecorded.Resource);
        attempt.MayBeReuse |= commands[attempt.Command.Key].Any(other => other != attempt.Command && (other.Applied is not null || other.Unrecorded.Count > 0));
    }

    private void End(Node node, Attempt attempt)
    {
        Note(node, attempt);
        attempts.Remove((node, attempt));
    }

    private void Count(string answer) => Answers[answer] = Answers.GetValueOrDefault(answer) + 1;

    private static bool SameButTimes(IVersionedResource expected, IMessage answer)
    {
        var copy = (IVersionedResource)((IVersionedResource)answer).Descriptor.Parser.ParseFrom(answer.ToByteString());
        (copy.CreateTime, copy.UpdateTime) = (expected.CreateTime, expected.UpdateTime);
        return copy.Equals(expected);
    }

    private static DifferenceFoundException Unexpected(Attempt attempt, string what) =>
        new($"{attempt.Command} {what}; the model says {string.Join(" or ", attempt.Predictions.Distinct())}");

    private static IVersionedResource Unpack(Any state) => Any.GetTypeName(state.TypeUrl) switch
    {
        "mining.projects.v1.Project" => state.Unpack<Projects.V1.Project>(),
        "mining.investors.v1.Partnership" => state.Unpack<Partnership>(),
        "mining.investors.v1.Investor" => state.Unpack<Investor>(),
        "mining.investors.v1.Commitment" => state.Unpack<Commitment>(),
        "mining.investors.v1.ExchangeRateTable" => state.Unpack<ExchangeRateTable>(),
        "mining.refining.v1.Facility" => state.Unpack<Refining.V1.Facility>(),
        "mining.refining.v1.Reservation" => state.Unpack<Refining.V1.Reservation>(),
        var type => throw new DifferenceFoundException($"{type} is no type that a service records"),
    };
}
