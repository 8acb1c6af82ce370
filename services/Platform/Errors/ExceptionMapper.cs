using System.Data.Common;
using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mining.Platform.Storage;

namespace Mining.Platform.Errors;

/// <summary>
/// Maps exceptions to refusals. Refusals keep their details; unavailable storage becomes UNAVAILABLE; anything unexpected becomes INTERNAL
/// with an incident id and without internal details.
/// </summary>
public sealed class ExceptionMapper(ILogger<ExceptionMapper> log, Database? database = null)
{
    /// <param name="exception">The exception.</param>
    /// <param name="method">The method that threw it, for the log.</param>
    public Refusal Tell(Exception exception, string method)
    {
        switch (exception)
        {
            case RefusedException refused:
                return refused.Refusal;
            case DbException storage:
                log.LogError(storage, "{Method}: the storage is unavailable. {Hint}", method, database?.OperatorHint(storage));
                return Refusal.Unavailable("STORAGE_UNAVAILABLE", "The service's storage is unavailable; nothing was changed. Retry later.");
            default:
                var incident = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
                log.LogError(exception, "{Method}: unexpected error, incident {Incident}", method, incident);
                return new Refusal(
                    StatusCode.Internal, "INTERNAL_ERROR", $"An unexpected error occurred; the service's log has its details under incident {incident}.");
        }
    }
}
