using Google.Protobuf;
using Mining.Common.V1;
using Mining.Simulation.Histories;
using Mining.Simulation.Model;

namespace Mining.Simulation.Checking;

/// <summary>Who owns a request: its service, caller, method and request id.</summary>
internal sealed record RequestKey(string Service, string Caller, string Method, string RequestId);

/// <summary>A command of the history, as the service gets it.</summary>
internal sealed class SentCommand(SendCommand sent, RequestKey key, bool validateOnly)
{
    public SendCommand Sent => sent;

    public RequestKey Key => key;

    public bool ValidateOnly => validateOnly;

    /// <summary>What is sent, the same each time.</summary>
    public IMessage Request { get; set; } = sent.Request;

    /// <summary>What it changed, once it is in the log.</summary>
    public IVersionedResource? Applied { get; set; }

    /// <summary>What it may have been answered, and is remembered with its request id, at moments when there was nothing to record.</summary>
    public List<IVersionedResource> Unrecorded { get; } = [];

    public override string ToString() => $"command {sent.Number} {Request.Descriptor.Name} {Request}";
}

/// <summary>
/// One call that is under way. The service decides it at some moment between its begin and its end: so what the model says of it is
/// noted at both, and each time that anything changes in between.
/// </summary>
internal sealed class Attempt(SentCommand command)
{
    private readonly List<Prediction> predictions = [];

    public SentCommand Command => command;

    public IReadOnlyList<Prediction> Predictions => predictions;

    /// <summary>Its request id was used for another input.</summary>
    public bool MayBeReuse { get; set; }

    public void Note(Prediction prediction) => predictions.Add(prediction);
}

/// <summary>A read that is under way, and all that the record was meanwhile.</summary>
internal sealed class ReadAttempt(string name)
{
    public string Name => name;

    public List<IVersionedResource?> States { get; } = [];
}
