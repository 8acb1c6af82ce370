namespace Mining.Cli.Shell;

/// <summary>The command cannot be executed as requested; it ends with <see cref="ExitCode.Usage"/>.</summary>
public sealed class UsageException(string message) : Exception(message);
