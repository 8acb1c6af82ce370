using System.Data.Common;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Mining.Platform.Storage;
using Mining.Primitives.Settings;

namespace Mining.Platform.Hosting;

/// <summary>Why a process ended. The exit codes are part of the public interface.</summary>
/// <param name="ExitCode">The exit code, for scripts and init systems.</param>
/// <param name="Sentence">The reason, for people.</param>
public sealed record ExitReason(int ExitCode, string Sentence)
{
    /// <summary>Regular shutdown.</summary>
    public const int Ok = 0;

    /// <summary>A dependency such as the port or the database is unavailable. A restart may help.</summary>
    public const int CannotRun = 1;

    /// <summary>The configuration is invalid. A restart will not help.</summary>
    public const int Misconfigured = 2;

    /// <summary>The exit reason for an exception; null if the exception is a bug.</summary>
    public static ExitReason? Of(Exception exception) => exception switch
    {
        MisconfiguredException => new(Misconfigured, exception.Message),
        DatabaseUnusableException => new(CannotRun, exception.Message),
        DbException => new(CannotRun, $"Its database does not respond: {exception.Message}"),
        IOException { InnerException: AddressInUseException } => new(CannotRun, $"Its port is already in use: {exception.Message}"),
        SocketException => new(CannotRun, $"It cannot listen on its address: {exception.Message}."),
        UnauthorizedAccessException or IOException => new(CannotRun, exception.Message),
        _ => null,
    };
}
