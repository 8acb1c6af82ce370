using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;
using Mining.Cli.Views;

namespace Mining.Cli.Tests;

/// <summary>What a command line printed, and how it ended.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>The day on which the commands of these tests run.</summary>
    public static readonly DateTimeOffset Now = new(2026, 4, 1, 10, 30, 0, TimeSpan.Zero);

    /// <summary>Runs a command against a gateway.</summary>
    public static Task<CommandRun> At(FakeGateway gateway, params string[] args) =>
        Of([.. args, "--address", gateway.Address], TestContext.Current.CancellationToken);

    /// <summary>Runs a command line as it is.</summary>
    public static async Task<CommandRun> Of(string[] args, CancellationToken cancellation, Func<string, string?>? environment = null, TimeProvider? time = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var surroundings = new Surroundings(Terminal.Create(output), output, error, environment ?? (_ => null), time ?? new FixedTime());
        var exitCode = await MiningCommandLine.Run(args, surroundings, cancellation);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The output without the blanks that tables leave at the ends of lines.</summary>
    public string Lines => string.Join('\n', Output.Split('\n').Select(line => line.TrimEnd()));

    /// <summary>Real timers, so that deadlines and pauses work, and a day that stays.</summary>
    private sealed class FixedTime : TimeProvider
    {
        private readonly long started = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => Now + System.GetElapsedTime(started);
    }
}
