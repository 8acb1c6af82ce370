namespace Mining.Cli.Shell;

/// <summary>What a script can tell from the end of a command. Part of the public interface; every <c>--help</c> states it.</summary>
public static class ExitCode
{
    /// <summary>Done as asked.</summary>
    public const int Ok = 0;

    /// <summary>Done, with something to look at: refused rows of an import, or a difference found by <c>verify</c>.</summary>
    public const int Refused = 1;

    /// <summary>The command line is not understood, or a file or folder it names cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>The server refused the request.</summary>
    public const int ServerRefused = 3;

    /// <summary>The server cannot be reached, or cannot answer now.</summary>
    public const int Unreachable = 4;

    /// <summary>Ended by Ctrl+C before it was done (128 + SIGINT, as shells have it); <c>watch</c> ends with 0 then.</summary>
    public const int Interrupted = 130;

    internal const string Help = """
        Exit codes:
          0    done
          1    done, but rows of an import were refused, or verify found a difference
          2    the command line is not understood, or a file or folder cannot be read
          3    the server refused the request
          4    the server cannot be reached, or cannot answer now
          130  ended by Ctrl+C (watch: 0)
        """;
}
