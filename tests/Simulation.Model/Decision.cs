using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.Common.V1;

namespace Mining.Simulation.Model;

/// <summary>The outcome of a rule for a command: a refusal, or the changed resources with the answered one first.</summary>
internal sealed record Decision(Refused? Refusal, IReadOnlyList<IVersionedResource> Changed)
{
    public static Decision Refuse(StatusCode code, params IEnumerable<string> reasons) =>
        new(new Refused(code, new SortedSet<string>(reasons, StringComparer.Ordinal)), []);

    public static Decision Forbid(params IEnumerable<string> reasons) => Refuse(StatusCode.FailedPrecondition, reasons);

    /// <summary>The answered resource if there is nothing to record.</summary>
    public IVersionedResource? AsItIs { get; private init; }

    public static Decision Unchanged(IVersionedResource present) => new(null, []) { AsItIs = present };

    public static Decision Take(params IReadOnlyList<IVersionedResource> changed) => new(null, changed);

    public static readonly Decision Invalid = Refuse(StatusCode.InvalidArgument, Reasons.InvalidArgument);

    /// <summary>The errors of a command to a resource that does not exist, or has another etag, may be reported in any order.</summary>
    public static Decision InvalidOr(Decision? other) =>
        other?.Refusal is { } also ? new(Invalid.Refusal! with { Or = also }, []) : Invalid;

    public static readonly Decision Missing = Refuse(StatusCode.NotFound, Reasons.NotFound);
    public static readonly Decision Taken = Refuse(StatusCode.AlreadyExists, Reasons.AlreadyExists);
    public static readonly Decision OtherEtag = Refuse(StatusCode.Aborted, Reasons.EtagMismatch);
}

/// <summary>The version, etag and times that every recorded resource carries.</summary>
internal static class Stamps
{
    public static T Created<T>(this T resource, string name, DateTimeOffset now)
        where T : IVersionedResource
    {
        resource.Name = name;
        resource.Version = 1;
        resource.CreateTime = Microseconds(now);
        return resource.Updated(now);
    }

    /// <summary>The next version of a resource.</summary>
    public static T Next<T>(this T resource, DateTimeOffset now)
        where T : IVersionedResource
    {
        resource.Version++;
        return resource.Updated(now);
    }

    private static T Updated<T>(this T resource, DateTimeOffset now)
        where T : IVersionedResource
    {
        resource.UpdateTime = Microseconds(now);
        resource.Etag = Etags.Of(resource.Version);
        return resource;
    }

    private static Timestamp Microseconds(DateTimeOffset time) =>
        Timestamp.FromDateTimeOffset(new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero));
}

/// <summary>
/// The protos guarantee only that an etag changes with every version; the services have been observed to use the version itself.
/// </summary>
public static class Etags
{
    public static string Of(long version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
