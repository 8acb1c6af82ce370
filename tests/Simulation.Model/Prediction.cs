using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Simulation.Model;

/// <summary>The expected answer of a resource's owner to a command.</summary>
public abstract record Prediction;

/// <summary>The command is accepted, and this is the resulting resource.</summary>
public sealed record Accepted(IVersionedResource Resource) : Prediction
{
    /// <summary>False: nothing is new, so nothing is recorded.</summary>
    public bool IsRecorded { get; init; } = true;
}

/// <summary>The command is refused with this code, for one of these reasons: the service may name any of them.</summary>
public sealed record Refused(StatusCode Code, IReadOnlySet<string> Reasons) : Prediction
{
    /// <summary>Another acceptable refusal: the documentation leaves open which of several errors is checked first.</summary>
    public Refused? Or { get; init; }

    public bool Allows(StatusCode code, string reason) => (code == Code && Reasons.Contains(reason)) || Or?.Allows(code, reason) == true;

    public override string ToString() => $"{Code} ({string.Join(" or ", Reasons)}){(Or is null ? "" : $" or {Or}")}";
}
