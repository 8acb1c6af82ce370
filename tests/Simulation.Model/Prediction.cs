using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Simulation.Model;

/// <summary>What the owner of a resource must answer to a command.</summary>
public abstract record Prediction;

/// <summary>The command is taken, and this is the whole resource after it.</summary>
public sealed record Accepted(IVersionedResource Resource) : Prediction
{
    /// <summary>False: nothing is new, so nothing is recorded.</summary>
    public bool IsRecorded { get; init; } = true;
}

/// <summary>The command is refused with this code, for one of these reasons: the service may name any of them.</summary>
public sealed record Refused(StatusCode Code, IReadOnlySet<string> Reasons) : Prediction
{
    /// <summary>Another refusal that is as right: the documents leave open which of several faults is looked at first.</summary>
    public Refused? Or { get; init; }

    public bool Allows(StatusCode code, string reason) => (code == Code && Reasons.Contains(reason)) || Or?.Allows(code, reason) == true;

    public override string ToString() => $"{Code} ({string.Join(" or ", Reasons)}){(Or is null ? "" : $" or {Or}")}";
}
