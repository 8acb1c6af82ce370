using System.CommandLine;
using Mining.Cli.Import;
using Mining.Cli.Views;
using Mining.Cli.Shell;

namespace Mining.Cli.Commands;

/// <summary><c>mining import-rates FILE</c>: imports the exchange rates of the European Central Bank.</summary>
internal static class ImportRatesCommand
{
    public static Command Build(Session session)
    {
        var file = new Argument<string>("file") { Description = "The file eurofxref-hist.csv of the European Central Bank" };
        var from = Options.Date("--from", "Only this day and later. Default: all days");
        var command = new Command(
            "import-rates", "Import the reference rates of the European Central Bank. If any line is invalid, nothing is imported.")
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
                // The server counts lines within a part: first the header, then the lines of the part.
                if (exception.Part.FirstLine > 2)
                {
                    await session.Error.WriteLineAsync(
                        "The file was sent in parts: line 2 below is " +
                        $"line {Figures.Count(exception.Part.FirstLine)} of the file, and so on.");
                }

                throw exception.Refusal;
            }
        });
        return command;
    }
}
