using Google.Protobuf;
using Mining.Platform.Errors;
using Mining.Platform.Storage;

namespace Mining.Platform.Commit;

/// <summary>
/// Stores the responses of commands with a request id, so that a repeated command is answered without being executed again.
/// </summary>
public static class RequestLedger
{
    /// <summary>Minimum time that a response is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Maximum number of responses that one clean-up deletes.</summary>
    public const int ForgottenAtOnce = 1_000;

    /// <summary>The stored response to the same command, or null.</summary>
    /// <exception cref="RefusedException">The id was used with a different input.</exception>
    public static async Task<byte[]?> Find(UnitOfWork work, Command command)
    {
        if (command.RequestId.Length == 0)
            return null;
        var earlier = await work.ReadOne<Row>(
            """
            SELECT fingerprint AS Fingerprint, answer AS Answer FROM request
            WHERE caller = @Caller AND method = @Method AND request_id = @RequestId
            """,
            new { Caller = command.Caller.Name, command.Method, command.RequestId });
        if (earlier is null)
            return null;
        if (!earlier.Fingerprint.AsSpan().SequenceEqual(command.Fingerprint))
        {
            throw new RefusedException(Refusal.Invalid("request_id", $"'{command.RequestId}' was already used for a different {command.Method} request.") with
            {
                Reason = "REQUEST_ID_REUSED",
            });
        }

        return earlier.Answer;
    }

    /// <summary>Stores a response.</summary>
    public static async Task Keep(UnitOfWork work, Command command, IMessage answer)
    {
        if (command.RequestId.Length == 0)
            return;
        await work.Execute(
            """
            INSERT INTO request (caller, method, request_id, fingerprint, answer, create_time)
            VALUES (@Caller, @Method, @RequestId, @Fingerprint, @answer, @time)
            """,
            new { Caller = command.Caller.Name, command.Method, command.RequestId, command.Fingerprint, answer = answer.ToByteArray(), time = new RecordedTime(Microseconds.From(work.Now)) });
    }

    private sealed record Row(byte[] Fingerprint, byte[] Answer);
}
