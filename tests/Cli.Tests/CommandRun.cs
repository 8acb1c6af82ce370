using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;
using Mining.Cli.Views;

namespace Mining.Cli.Tests;

/// <summary>The output of a command line and its exit code.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>The current date in these tests.</summary>
    public static readonly DateTimeOffset Now = new(2026, 4, 1, 10, 30, 0, TimeSpan.Zero);

    /// <summary>Runs a command against a gateway.</summary>
    public static Task<CommandRun> At(FakeGateway gateway, params string[] args) =>
        Of([.. args, "--address", gateway.Address], TestContext.Current.CancellationToken);

    /// <summary>Runs a command line unchanged.</summary>
    public static async Task<CommandRun> Of(
        string[] args, CancellationToken cancellation, Func<string, string?>? environment = null, Action<string>? onOutput = null)
    {
        var output = new ObservedWriter(onOutput ?? (_ => { }));
        var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext(Terminal.Create(output), output, error, environment ?? (_ => null), new FastTime());
        var exitCode = await MiningCommandLine.Run(args, context, cancellation);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The output without trailing blanks, which tables produce.</summary>
    public string Lines => string.Join('\n', Output.Split('\n').Select(line => line.TrimEnd()));

    /// <summary>Receives the whole output so far after each write.</summary>
    private sealed class ObservedWriter : StringWriter
    {
        private readonly Action<string> onOutput;

        public ObservedWriter(Action<string> onOutput)
        {
            this.onOutput = onOutput;
            NewLine = "\n";
        }

        public override void Write(string? value)
        {
            base.Write(value);
            onOutput(ToString());
        }

        public override void WriteLine(string? value) => Write(value + NewLine);
    }

    /// <summary>A fixed date, and delays that pass two hundred times as fast: code that waits still waits, but the tests do not.</summary>
    private sealed class FastTime : TimeProvider
    {
        private const int Factor = 200;

        public override long TimestampFrequency => System.TimestampFrequency / Factor;

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(
            callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / Factor, period == Timeout.InfiniteTimeSpan
                ? period : period / Factor);
    }
}
