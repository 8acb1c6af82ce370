using System.CommandLine;
using Mining.Changes.V1;
using Mining.Cli.Shell;
using Mining.Cli.Verify;

namespace Mining.Cli.Commands;

/// <summary><c>mining checkpoints</c>: the signed heads of the change logs, for safekeeping.</summary>
internal static class CheckpointsCommand
{
    public static Command Build(Session session)
    {
        var sources = AuditCommand.SourceOption();
        var after = new Option<long>("--after")
        {
            Description = "Only checkpoints after this change, to extend an earlier copy. Default: from the beginning",
            HelpName = "sequence",
        };
        var command = new Command("checkpoints", "Print the signed heads of the change logs as JSON. Keep a copy for 'verify --checkpoints FILE'.") { sources, after };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            foreach (var page in await CheckpointSource.Fetch(gateway, parse.GetValue(sources)!, parse.GetValue(after), cancellation))
                session.WriteJson(new ListCheckpointsResponse(page) { NextPageToken = "" });
            return ExitCode.Ok;
        });
        return command;
    }
}
