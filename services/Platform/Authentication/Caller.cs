using Grpc.Core;
using Mining.Platform.Errors;

namespace Mining.Platform.Authentication;

/// <summary>The caller, as recorded in the change log, and its permissions.</summary>
/// <param name="Name">
/// The issuer's alias and the token's subject, for example <c>eu:a.meyer</c>; unique across all issuers. For a service of the mesh,
/// <c>service:</c> and its name.
/// </param>
public sealed record Caller(string Name)
{
    /// <summary>Maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The sides that the caller acts for, usually one. Limited to the sides of its issuer.</summary>
    public IReadOnlyList<string> Sides { get; init; } = [];

    /// <summary>The caller's organisation according to its issuer; empty if not stated.</summary>
    public string Organisation { get; init; } = "";

    /// <summary>The caller's roles.</summary>
    public Roles Roles { get; init; }

    /// <summary>The caller of a gRPC call, as set when the call was authenticated.</summary>
    /// <exception cref="InvalidOperationException">
    /// The call was not authenticated, which is a bug because the access interceptor authenticates every call.
    /// </exception>
    public static Caller From(ServerCallContext call) => call.UserState.TryGetValue(typeof(Caller), out var caller)
        ? (Caller)caller
        : throw new InvalidOperationException($"{call.Method} was called without an authenticated caller.");

    /// <summary>The caller of a gRPC call; null if the call is not authenticated.</summary>
    public static Caller? Find(ServerCallContext call) => call.UserState.TryGetValue(typeof(Caller), out var caller) ? (Caller)caller : null;

    /// <summary>Sets this as the caller of a call.</summary>
    public void Enter(ServerCallContext call) => call.UserState[typeof(Caller)] = this;

    /// <summary>Whether the caller acts for one of these sides.</summary>
    public bool IsOf(IEnumerable<string> sides) => sides.Any(Sides.Contains);

    /// <summary>
    /// Refuses unless the caller acts for a side that owns the record. A record without sides may be changed by any side's officers.
    /// </summary>
    /// <param name="resource">The record, for the message.</param>
    /// <param name="sides">The sides that own it.</param>
    /// <exception cref="RefusedException">PERMISSION_DENIED (OTHER_SIDE).</exception>
    public void RequireSideOf(string resource, IReadOnlyCollection<string> sides)
    {
        if (sides.Count > 0 && !IsOf(sides))
            throw new RefusedException(OtherSide(resource, $"belongs to {string.Join(" and ", sides)}"));
    }

    /// <summary>Refuses unless the caller acts for all of these sides: nobody may act in another side's name.</summary>
    /// <param name="what">What the command does, as the start of the error message.</param>
    /// <param name="sides">The sides concerned.</param>
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
