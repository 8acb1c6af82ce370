using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mining.Cli.Commands;

namespace Mining.Cli.Shell;

/// <summary>The command line of <c>mining</c>.</summary>
public static class MiningCommandLine
{
    /// <summary>How long a command may take to stop after Ctrl+C.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs a command line and returns its <see cref="ExitCode"/>.</summary>
    public static async Task<int> Run(string[] args, CommandContext context, CancellationToken cancellation = default)
    {
        var parse = Build(context).Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            foreach (var error in parse.Errors)
                await context.Error.WriteLineAsync(error.Message);
            await context.Error.WriteLineAsync("See --help.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
        };
        return await parse.InvokeAsync(configuration, cancellation);
    }

    private static RootCommand Build(CommandContext context)
    {
        var globalOptions = new GlobalOptions();
        var session = new Session(globalOptions, context);
        var root = new RootCommand("Shares of the investment in critical minerals by side, and the health of the project pipeline.")
        {
            SummaryCommand.Build(session),
            SharesCommand.Build(session),
            PipelineCommand.Build(session),
            ProjectCommand.Build(session),
            InvestorsCommand.Build(session),
            FacilitiesCommand.Build(session),
            ImportCommand.Build(session),
            ImportRatesCommand.Build(session),
            WatchCommand.Build(session),
            ProposalCommands.Build(session),
            VerifyCommand.Build(session),
            AuditCommand.Build(session),
            CheckpointsCommand.Build(session),
            LoginCommands.Login(session),
            LoginCommands.Logout(session),
            LoginCommands.Token(session),
        };
        globalOptions.AddTo(root);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    /// <summary>The help of every command ends with the exit codes, because scripts depend on them.</summary>
    private sealed class HelpWithExitCodes(HelpAction standard) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = standard.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
            return result;
        }

        // Ignore other errors beside --help: the user asks for help anyway.
        public override bool ClearsParseErrors => true;
    }
}
