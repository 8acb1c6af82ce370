using Google.Protobuf;
using Mining.Common.V1;
using Mining.Simulation.Histories;
using Mining.Simulation.Model;

namespace Mining.Simulation.Checking;

/// <summary>The key of a request: its service, caller, method and request id.</summary>
internal sealed record RequestKey(string Service, string Caller, string Method, string RequestId);

/// <summary>A command of the history as the service receives it.</summary>
internal sealed class SentCommand(SendCommand sent, RequestKey key, bool validateOnly)
{
    public SendCommand Sent => sent;

    public RequestKey Key => key;

    public bool ValidateOnly => validateOnly;

    /// <summary>The request, the same for each attempt.</summary>
    public IMessage Request { get; set; } = sent.Request;

    /// <summary>Its changes, once they are in the log.</summary>
    public IVersionedResource? Applied { get; set; }

    /// <summary>Possible answers, remembered under its request id, at moments when it changed nothing.</summary>
    public List<IVersionedResource> Unrecorded { get; } = [];

    public override string ToString() => $"command {sent.Number} {Request.Descriptor.Name} {Request}";
}

/// <summary>
/// A call in progress. The service decides it at some moment between start and end, so the model's prediction is recorded at both, and at
/// every change in between.
/// </summary>
internal sealed class Attempt(SentCommand command)
{
    private readonly List<Prediction> predictions = [];

    public SentCommand Command => command;

    public IReadOnlyList<Prediction> Predictions => predictions;

    /// <summary>Its request id was used with another input.</summary>
    public bool MayBeReuse { get; set; }

    public void Note(Prediction prediction) => predictions.Add(prediction);
}

/// <summary>A read in progress, with all states of the record meanwhile.</summary>
internal sealed class ReadAttempt(string name)
{
    public string Name => name;

    public List<IVersionedResource?> States { get; } = [];
}
