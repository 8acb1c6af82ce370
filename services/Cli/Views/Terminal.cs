using Spectre.Console;

namespace Mining.Cli.Views;

/// <summary>Creates consoles that suit the output.</summary>
public static class Terminal
{
    /// <summary>The width of output to a file or another program.</summary>
    public const int PipedWidth = 100;

    /// <summary>
    /// A console over a writer. It uses control codes only on a terminal, and only if NO_COLOR (https://no-color.org) is not set;
    /// otherwise plain text, <see cref="PipedWidth"/> columns wide.
    /// </summary>
    public static IAnsiConsole Create(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        var isPlain = !output.IsTerminal || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var settings = new AnsiConsoleSettings { Out = output };
        if (isPlain)
        {
            settings.Ansi = AnsiSupport.No;
            settings.ColorSystem = ColorSystemSupport.NoColors;
            settings.Interactive = InteractionSupport.No;
            // The enrichers would enable control codes again on build servers.
            settings.Enrichment.UseDefaultEnrichers = false;
        }

        var console = AnsiConsole.Create(settings);
        if (!output.IsTerminal)
        {
            console.Profile.Width = PipedWidth;
            console.Profile.Capabilities.Unicode = true;
        }

        return console;
    }
}
