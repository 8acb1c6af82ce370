using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mining.Platform.Errors;

/// <summary>
/// Adds proper errors for malformed requests. A request that cannot be parsed fails before any interceptor runs, and the framework answers
/// UNKNOWN or INTERNAL. All errors of this code base carry details, so such a status without details comes from the framework and means a
/// malformed request: it is changed to INVALID_ARGUMENT. A request that is too large keeps its status and gets details.
/// </summary>
public static class MalformedRequests
{
    /// <summary>Maximum size of a request in bytes.</summary>
    public const int MaxMessageBytes = 4 << 20;

    private const string StatusKey = "grpc-status";
    private const string MessageKey = "grpc-message";
    private const string DetailsKey = "grpc-status-details-bin";

    private static readonly Refusal Malformed = new(
        StatusCode.InvalidArgument, "MALFORMED_REQUEST", "The request is not a valid message of this method.");

    private static readonly Refusal TooLarge = new(
        StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", $"The request has more than {MaxMessageBytes >> 20} MiB; send it in parts.");

    /// <summary>The middleware. It must run before routing.</summary>
    public static async Task Answer(HttpContext context, RequestDelegate next)
    {
        await next(context);

        // A trailers-only response has its status in the headers, which can only be changed before they are sent.
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        if (trailers is { IsReadOnly: false } && Replace(trailers))
            return;
        if (!context.Response.HasStarted)
            Replace(context.Response.Headers);
    }

    private static bool Replace(IHeaderDictionary headers)
    {
        if (headers.ContainsKey(DetailsKey))
            return false;
        Refusal? refusal = headers[StatusKey] switch
        {
            [("2" or "13")] => Malformed,
            ["8"] => TooLarge,
            _ => null,
        };
        if (refusal is null)
            return false;
        headers[StatusKey] = ((int)refusal.Code).ToString(CultureInfo.InvariantCulture);
        headers[MessageKey] = refusal.Message;
        headers[DetailsKey] = Convert.ToBase64String(refusal.ToStatus().ToByteArray()).TrimEnd('=');
        return true;
    }
}
