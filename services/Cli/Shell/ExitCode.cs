namespace Mining.Cli.Shell;

/// <summary>The exit codes of a command. Part of the public interface; every <c>--help</c> states them.</summary>
public static class ExitCode
{
    /// <summary>Success.</summary>
    public const int Ok = 0;

    /// <summary>Completed, but rows of an import were refused, or <c>verify</c> found a difference.</summary>
    public const int Refused = 1;

    /// <summary>The command line is invalid, or a file or folder cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>The server refused the request.</summary>
    public const int ServerRefused = 3;

    /// <summary>The server is unreachable or temporarily unavailable.</summary>
    public const int Unreachable = 4;

    /// <summary>Interrupted by Ctrl+C (128 + SIGINT, as shells report it). <c>watch</c> returns 0 in this case.</summary>
    public const int Interrupted = 130;

    internal const string Help = """
        Exit codes:
          0    success
          1    completed, but rows of an import were refused, or verify found a difference
          2    invalid command line, or an unreadable file or folder
          3    the server refused the request
          4    the server is unreachable or temporarily unavailable
          130  ended by Ctrl+C (watch: 0)
        """;
}
