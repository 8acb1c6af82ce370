using System.CommandLine;
using Mining.Cli.Import;
using Mining.Cli.Views;
using Mining.Cli.Shell;

namespace Mining.Cli.Commands;

/// <summary><c>mining import-rates FILE</c>: the exchange rates of the European Central Bank.</summary>
internal static class ImportRatesCommand
{
    public static Command Build(Session session)
    {
        var file = new Argument<string>("file") { Description = "The file, as the European Central Bank publishes it: eurofxref-hist.csv" };
        var from = Options.Date("--from", "Only days from this one on. Default: all");
        var command = new Command(
            "import-rates", "Import the reference rates of the European Central Bank. A bad line anywhere, and nothing is imported.")
        {
            file, from,
        };
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            try
            {
                var response = await RateFile.Run(
                    gateway.Invoker, parse.GetRequiredValue(file), parse.GetValue(from), session.Time, cancellation);
                if (session.WantsJson(parse))
                    session.WriteJson(response);
                else
                    session.Console.Sentence(
                        $"{Figures.Count(response.ImportedDays, "day")} imported, {Figures.Count(response.UnchangedDays)} unchanged.");
                return ExitCode.Ok;
            }
            catch (RateFile.PartRefusedException exception)
            {
                // The server counts the lines of what it was sent: the header, and then the part.
                if (exception.Part.FirstLine > 2)
                {
                    await session.Error.WriteLineAsync(
                        "The file was sent in parts. Below, line 2 is " +
                        $"line {Figures.Count(exception.Part.FirstLine)} of the file, and so on.");
                }

                throw exception.Refusal;
            }
        });
        return command;
    }
}
