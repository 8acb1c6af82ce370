using System.Data.Common;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Mining.Platform.Storage;

namespace Mining.Platform.Hosting;

/// <summary>Why a process ended, for whoever started it. The codes are part of the public interface.</summary>
/// <param name="ExitCode">What a script or an init system sees.</param>
/// <param name="Sentence">What a person sees.</param>
public sealed record ExitReason(int ExitCode, string Sentence)
{
    /// <summary>It was asked to stop.</summary>
    public const int Ok = 0;

    /// <summary>What it needs cannot be had now: its port, its database. Starting it again may help.</summary>
    public const int CannotRun = 1;

    /// <summary>It is not configured as it must be. Starting it again will not help.</summary>
    public const int Misconfigured = 2;

    /// <summary>The end that an exception makes; null when it is a defect.</summary>
    public static ExitReason? Of(Exception exception) => exception switch
    {
        MisconfiguredException => new(Misconfigured, exception.Message),
        DatabaseUnusableException => new(CannotRun, exception.Message),
        DbException => new(CannotRun, $"Its database does not answer: {exception.Message}"),
        IOException { InnerException: AddressInUseException } => new(CannotRun, $"Its port is taken: {exception.Message}"),
        SocketException => new(CannotRun, $"It cannot listen on its address: {exception.Message}."),
        UnauthorizedAccessException or IOException => new(CannotRun, exception.Message),
        _ => null,
    };
}
