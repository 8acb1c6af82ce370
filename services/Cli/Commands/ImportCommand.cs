using System.CommandLine;
using System.Text.Json;
using Grpc.Core;
using Mining.Cli.Import;
using Mining.Cli.Views;
using Mining.Cli.Shell;

namespace Mining.Cli.Commands;

/// <summary><c>mining import DIR</c>: imports a folder of CSV files.</summary>
internal static class ImportCommand
{
    public static Command Build(Session session)
    {
        var directory = new Argument<string>("dir")
        {
            Description = "A folder with any of fx_rates.csv, investors.csv, projects.csv, refineries.csv and commitments.csv",
        };
        var command = new Command(
            "import", "Import a folder of CSV files. It can be repeated: existing records are kept, and missing ones are added.")
        {
            directory,
        };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var json = session.WantsJson(parse);
            try
            {
                var report = await ImportView.WithProgress(
                    session.Console, session.Error, showBars: !json,
                    progress =>
                        new DirectoryImport(gateway.Invoker, session.Time).Run(parse.GetRequiredValue(directory), progress, cancellation));
                Write(session, report, json);
                return report.IsComplete ? ExitCode.Ok : ExitCode.Refused;
            }
            catch (ImportStoppedException exception)
            {
                Write(session, exception.Report, json);
                await session.Error.WriteLineAsync(exception.Message);
                throw (RpcException)exception.InnerException!;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await session.Error.WriteLineAsync("Interrupted. Imported rows are kept; run the import again to complete it.");
                throw;
            }
        });
        return command;
    }

    private static void Write(Session session, ImportReport report, bool json)
    {
        if (json)
            session.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        else
            ImportView.Write(session.Console, report);
    }
}
