using Mining.Cli.Views;
using Spectre.Console;

namespace Mining.Cli.Shell;

/// <summary>The environment that a command runs in. Tests replace the terminal and the clock here.</summary>
/// <param name="Console">Receives tables.</param>
/// <param name="Output">The same output, for text that must not be formatted, such as JSON.</param>
/// <param name="Error">Receives errors and progress.</param>
/// <param name="EnvironmentVariable">Looks up an environment variable.</param>
/// <param name="Time">The clock.</param>
public sealed record CommandContext(
    IAnsiConsole Console, TextWriter Output, TextWriter Error, Func<string, string?> EnvironmentVariable, TimeProvider Time)
{
    /// <summary>The standard input.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>The folder that stores the user's tokens; null: tokens are not stored.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>The environment of this process.</summary>
    public static CommandContext ForCurrentProcess() => new(
        Terminal.Create(System.Console.Out), System.Console.Out, System.Console.Error, Environment.GetEnvironmentVariable,
        TimeProvider.System)
    {
        Input = System.Console.In,
        ConfigFolder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? Path.Combine(folder, "mining")
            : null,
    };
}
