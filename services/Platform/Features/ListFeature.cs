using Google.Protobuf;
using Mining.Common.V1;
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;

namespace Mining.Platform.Features;

/// <summary>A feature that lists resources in the order of a key, a page at a time.</summary>
public abstract class ListFeature<TRequest, TResponse, TResource>(PageTokens tokens) : Feature<TRequest, TResponse>
    where TRequest : IMessage<TRequest>, IPagedRequest
    where TResource : IVersionedResource
{
    /// <summary>Maximum number of values per filter.</summary>
    public const int MaxValues = 100;

    /// <summary>Maximum length of the text to search for, in characters.</summary>
    protected const int MaxTextLength = 100;

    public sealed override async Task<TResponse> Run(TRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var pageSize = PageSizes.Read(request.PageSize, violations);
        var position = tokens.Read(request.PageToken, request, caller, violations);
        Validate(request, violations);
        violations.ThrowIfAny();

        var found = await Read(request, caller, position is [var key] ? key : "", pageSize + 1, cancellation);
        return found.Count > pageSize
            ? Respond(found.Take(pageSize), tokens.Write(request, caller, KeyOf(found[pageSize - 1])))
            : Respond(found, "");
    }

    /// <summary>Validates the filters.</summary>
    protected virtual void Validate(TRequest request, Violations violations)
    {
    }

    /// <summary>Reads the resources after a key, in its order. The key is empty for the first page.</summary>
    protected abstract Task<IReadOnlyList<TResource>> Read(
        TRequest request, Caller caller, string after, int limit, CancellationToken cancellation);

    /// <summary>The key of a resource. Default: its name.</summary>
    protected virtual string KeyOf(TResource resource) => resource.Name;

    /// <summary>Creates the response.</summary>
    protected abstract TResponse Respond(IEnumerable<TResource> page, string nextPageToken);
}
