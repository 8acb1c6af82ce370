using System.CommandLine;
using System.Globalization;
using Mining.Cli.Login;
using Mining.Cli.Shell;

namespace Mining.Cli.Commands;

/// <summary><c>mining login</c>, <c>logout</c> and <c>token</c>: as whom a local mesh is called.</summary>
internal static class LoginCommands
{
    public static Command Login(Session session)
    {
        var persona = new Option<string>("--as")
        {
            Description = "developer, eu-officer, us-officer, board, operator or auditor",
            HelpName = "NAME",
            Required = true,
        };
        var command = new Command("login", "Get a token from the local mesh's own issuer, good for an hour, and use it from now on.") { persona };
        session.SetUnconnectedAction(command, async (parse, gateway, cancellation) =>
        {
            using var login = new LocalLogin(gateway, session.Time);
            var issuer = (await login.Issuers(cancellation)).FirstOrDefault(LocalLogin.IsLocal) ?? throw new UsageException(
                $"No local mesh answers at {gateway}: only its own issuer hands out tokens here. Elsewhere get one from your identity provider, "
                + "and put it into MINING_TOKEN or name its file with --token-file.");
            if (await login.Ask(issuer, parse.GetValue(persona), cancellation) is not { } answer)
                throw new UsageException($"The local mesh's issuer does not answer at {issuer}.");
            session.Tokens.Keep(gateway, answer.Token);
            session.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Logged in as {answer.Token.Subject}, {answer.Text}, until {answer.Token.Expires:HH:mm} UTC."));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Logout(Session session)
    {
        var command = new Command("logout", "Forget the token for this gateway.");
        session.SetUnconnectedAction(command, (_, gateway, _) =>
        {
            session.WriteLine(session.Tokens.Forget(gateway) ? "Logged out." : "There was no token.");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    public static Command Token(Session session)
    {
        var command = new Command("token", "Print the token of the last login, for other programs such as curl.");
        session.SetUnconnectedAction(command, (_, gateway, _) =>
        {
            session.WriteLine(session.Tokens.Find(gateway) is { } token && token.Expires > session.Time.GetUtcNow()
                ? token.Token
                : throw new UsageException("There is no token that is still good; mining login --as NAME gets one."));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
