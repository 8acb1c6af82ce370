using System.CommandLine;
using System.Text.Json;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Cli.Verify;

namespace Mining.Cli.Commands;

/// <summary><c>mining verify</c>: whether the figures are what the change feeds say.</summary>
internal static class VerifyCommand
{
    public static Command Build(Session session)
    {
        var query = new QueryOptions();
        var command = new Command(
            "verify",
            "Read the change feeds, check their hash chains, recompute every share, and compare with the gateway to the last cent.");
        query.AddTo(command, withFilter: false);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var asked = query.Read(parse);
            var asOf = query.AsOf(parse) ?? DateOnly.FromDateTime(session.Time.GetUtcNow().UtcDateTime);
            var request = new VerificationRequest(
                asOf, query.RateDate(parse) ?? asOf, asked.ReportingCurrency.Length > 0 ? asked.ReportingCurrency : null,
                query.Partnership(parse));
            try
            {
                var report = await new Verification(gateway, session.Time).Run(request, cancellation);
                if (session.WantsJson(parse))
                    session.WriteLine(
                        JsonSerializer.Serialize(new { different = false, report.Logs, report.Partnerships }, JsonSerializerOptions.Web));
                else
                    VerificationView.Write(session.Console, report);
                return ExitCode.Ok;
            }
            catch (DifferenceException exception)
            {
                if (session.WantsJson(parse))
                    session.WriteLine(
                        JsonSerializer.Serialize(new { different = true, exception.Where, exception.What }, JsonSerializerOptions.Web));
                else
                    session.Console.Sentence($"Difference at {exception.Where}: {exception.What}.");
                return ExitCode.Refused;
            }
        });
        return command;
    }
}
