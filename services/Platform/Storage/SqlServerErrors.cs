using Microsoft.Data.SqlClient;

namespace Mining.Platform.Storage;

/// <summary>Classifies errors of SQL Server by number, severity and, for unique violations, the constraint's name.</summary>
public static class SqlServerErrors
{
    /// <summary>From this severity, the connection is lost.</summary>
    public const byte FatalClass = 20;

    private const int UniqueConstraint = 2627;
    private const int UniqueIndex = 2601;

    /// <summary>The client's own number and text for a session that was terminated without a reason.</summary>
    private const int Unnumbered = 0;
    private const string Severe = "severe error";

    /// <summary>Babelfish's number for all unmapped errors.</summary>
    private const int Unmapped = 33_557_097;

    /// <summary>
    /// Transient errors missing in <see cref="SqlConfigurableRetryFactory.BaselineTransientErrors"/>: timeout; connection dropped (64, 121,
    /// 10053, 10054); the database is being moved, opened or failed over (615, 617, 669, 926, 10922, 10936); temporarily out of memory
    /// (8628, 8645, 8651); snapshot conflict (3935, 3960, 3966); another database is being created (1807).
    /// </summary>
    private static readonly HashSet<int> AlsoTransient =
        [-2, 64, 121, 615, 617, 669, 926, 1807, 3935, 3960, 3966, 8628, 8645, 8651, 10053, 10054, 10922, 10936];

    /// <summary>
    /// Parts of the messages of unmapped errors that are transient: caused by a concurrent transaction, or by a server that is starting or
    /// stopping.
    /// </summary>
    private static readonly string[] UnmappedTransient = ["could not serialize", "deadlock detected", "lock timeout", "the database system is"];

    /// <summary>
    /// Constraints that only a concurrent writer can violate, because every writer checks first. The command is then run again and finds
    /// what the other one has written.
    /// </summary>
    private static readonly string[] Races =
    [
        "pk_change_log", "uq_change_log_event", "uq_change_log_version", "pk_change_head", "pk_relay_position", "pk_parked_change",
        "pk_request", "pk_known_project",
        "pk_checkpoint_source", "pk_checkpoint_change", "pk_checkpoint_revision", "pk_checkpoint_format",
    ];

    /// <summary>Whether the same command may succeed if it is run again.</summary>
    public static bool IsTransient(int number, byte severity, string message) =>
        severity >= FatalClass
        || SqlConfigurableRetryFactory.BaselineTransientErrors.Contains(number)
        || AlsoTransient.Contains(number)
        || (IsUniqueViolation(number) && Races.Any(constraint => Names(message, constraint)))
        || (number == Unnumbered && message.Contains(Severe, StringComparison.OrdinalIgnoreCase))
        || (number == Unmapped && UnmappedTransient.Any(words => message.Contains(words, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether a row with this key already exists.</summary>
    public static bool IsUniqueViolation(int number) => number is UniqueConstraint or UniqueIndex;

    /// <summary>What an operator should do about the error, or null.</summary>
    public static string? OperatorHint(int number, byte severity) => number switch
    {
        208 or 207 or 213 => "The schema does not match this version: run the service's migrate command.",
        229 or 230 or 262 or 300 or 916 => "The login lacks a permission: docs/sql-server.md lists what it needs.",
        4060 => "The database does not exist or the login may not use it: create it, or check the connection string.",
        18456 => "The login was refused: check user and password in the connection string.",
        1101 or 1105 or 9002 => "The server has no space left for the database or its log: free some space, and writes resume by themselves.",
        3906 or 3908 => "The database is read-only: point the connection string at the primary, or set it read-write.",
        _ when severity >= FatalClass => "The server cannot be reached or dropped the connection: check that it is running, its address and its certificate.",
        _ => null,
    };

    /// <summary>Whether a message names a constraint. In every language of the server the name is in quotes.</summary>
    private static bool Names(string message, string constraint) =>
        message.Contains($"'{constraint}", StringComparison.OrdinalIgnoreCase) || message.Contains($"\"{constraint}", StringComparison.OrdinalIgnoreCase);
}
