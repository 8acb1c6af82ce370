namespace Mining.Cli.Shell;

/// <summary>What was asked for cannot be tried: ends the command with <see cref="ExitCode.Usage"/>.</summary>
public sealed class UsageException(string message) : Exception(message);
