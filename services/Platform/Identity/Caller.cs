using Grpc.Core;
using Mining.Platform.Errors;

namespace Mining.Platform.Identity;

/// <summary>Who calls: as the change log records it, and what it may do.</summary>
/// <param name="Name">
/// The issuer's alias and the token's subject, for example <c>eu:a.meyer</c>: unique over all issuers. A service of the mesh is
/// <c>service:</c> and its name.
/// </param>
public sealed record Caller(string Name)
{
    /// <summary>How many characters a name may have.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The sides for which it acts; mostly one. Only its issuer's own sides are ever in it.</summary>
    public IReadOnlyList<string> Sides { get; init; } = [];

    /// <summary>The organisation it belongs to, as its issuer says. Empty: not said.</summary>
    public string Organisation { get; init; } = "";

    /// <summary>What it may do.</summary>
    public Roles Roles { get; init; }

    /// <summary>The caller of a gRPC call, as <see cref="AccessInterceptor"/> has found it.</summary>
    /// <exception cref="InvalidOperationException">Nobody has looked who calls: a defect, since every call passes the interceptor.</exception>
    public static Caller From(ServerCallContext call) => call.UserState.TryGetValue(typeof(Caller), out var caller)
        ? (Caller)caller
        : throw new InvalidOperationException($"{call.Method} was reached without a caller.");

    /// <summary>The caller of a gRPC call; null: nobody has looked yet, or it is not known.</summary>
    public static Caller? Find(ServerCallContext call) => call.UserState.TryGetValue(typeof(Caller), out var caller) ? (Caller)caller : null;

    /// <summary>Says who calls.</summary>
    public void Enter(ServerCallContext call) => call.UserState[typeof(Caller)] = this;

    /// <summary>Whether it acts for one of these sides.</summary>
    public bool IsOf(IEnumerable<string> sides) => sides.Any(Sides.Contains);

    /// <summary>Refuses unless it acts for a side that keeps the record. What belongs to no side, any side's officer may keep.</summary>
    /// <param name="resource">The record, for the message.</param>
    /// <param name="sides">The sides that keep it.</param>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public void RequireSideOf(string resource, IReadOnlyCollection<string> sides)
    {
        if (sides.Count > 0 && !IsOf(sides))
            throw new RefusedException(OtherSide(resource, $"belongs to {string.Join(" and ", sides)}"));
    }

    /// <summary>Refuses unless it acts for all of these sides: nobody sets another side's name under a record.</summary>
    /// <param name="what">What it does to the sides, for the message.</param>
    /// <param name="sides">The sides that it names.</param>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public void RequireAllSidesOf(string what, IEnumerable<string> sides)
    {
        var others = sides.Except(Sides).ToList();
        if (others.Count > 0)
            throw new RefusedException(OtherSide(what, $"needs {string.Join(" and ", others)}"));
    }

    private Refusal OtherSide(string resource, string what) => new(
        StatusCode.PermissionDenied,
        "OTHER_SIDE",
        $"{resource} {what}; {Name} acts for {(Sides.Count == 0 ? "no side" : string.Join(" and ", Sides))}.");
}
