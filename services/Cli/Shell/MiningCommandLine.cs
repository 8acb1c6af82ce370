using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mining.Cli.Commands;

namespace Mining.Cli.Shell;

/// <summary>The command line <c>mining</c>: what a person types.</summary>
public static class MiningCommandLine
{
    /// <summary>After Ctrl+C a command has this long to end in order.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs a command line and returns its <see cref="ExitCode"/>.</summary>
    public static async Task<int> Run(string[] args, CommandContext context, CancellationToken cancellation = default)
    {
        var parse = Build(context).Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            foreach (var error in parse.Errors)
                await context.Error.WriteLineAsync(error.Message);
            await context.Error.WriteLineAsync("Try --help.");
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
        var root = new RootCommand("Who carries which share of the investment in critical minerals, and how healthy its pipeline is.")
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

    /// <summary>The help of every command ends with the exit codes, since scripts rest on them.</summary>
    private sealed class HelpWithExitCodes(HelpAction standard) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = standard.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
            return result;
        }

        // A wrong option beside --help is not worth an error: help is on the way.
        public override bool ClearsParseErrors => true;
    }
}
