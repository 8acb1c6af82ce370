using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mining.Platform.Errors;

/// <summary>
/// A message that cannot be read fails before any interceptor runs, and the framework then answers UNKNOWN or INTERNAL.
/// Every error of ours carries details, so a status of these two without details is the framework's, and means that the bytes
/// of the request were at fault: it leaves as INVALID_ARGUMENT. One that is too large keeps its status, and gets details too.
/// </summary>
public static class MalformedRequests
{
    private const string StatusKey = "grpc-status";
    private const string MessageKey = "grpc-message";
    private const string DetailsKey = "grpc-status-details-bin";

    private static readonly Refusal Malformed = new(
        StatusCode.InvalidArgument, "MALFORMED_REQUEST", "The request is not a valid message of this method.");

    private static readonly Refusal TooLarge = new(
        StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", $"The request has more than {Hosting.MeshService.MaxMessageBytes >> 20} MiB; send it in parts.");

    /// <summary>The middleware; it goes before routing.</summary>
    public static async Task Answer(HttpContext context, RequestDelegate next)
    {
        await next(context);

        // A trailers-only answer has its status in the headers, which can be changed only before they are sent.
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
