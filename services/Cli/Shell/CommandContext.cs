using Mining.Cli.Views;
using Spectre.Console;

namespace Mining.Cli.Shell;

/// <summary>What a command runs in, so that a test can stand in for a terminal.</summary>
/// <param name="Console">Where tables go.</param>
/// <param name="Output">The same output, for text that must stay as it is, such as JSON.</param>
/// <param name="Error">Where errors and progress go.</param>
/// <param name="EnvironmentVariable">Looks up an environment variable.</param>
/// <param name="Time">The clock.</param>
public sealed record CommandContext(
    IAnsiConsole Console, TextWriter Output, TextWriter Error, Func<string, string?> EnvironmentVariable, TimeProvider Time)
{
    /// <summary>What is typed or piped in.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Where a person's tokens are kept. Null: nowhere.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>Those of this process.</summary>
    public static CommandContext OfProcess() => new(
        Terminal.Create(System.Console.Out), System.Console.Out, System.Console.Error, Environment.GetEnvironmentVariable,
        TimeProvider.System)
    {
        Input = System.Console.In,
        ConfigFolder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? Path.Combine(folder, "mining")
            : null,
    };
}
