using System.CommandLine;
using System.Globalization;
using Mining.Cli.Login;
using Mining.Cli.Shell;

namespace Mining.Cli.Commands;

/// <summary><c>mining login</c>, <c>logout</c> and <c>token</c>: the persona that calls a local mesh.</summary>
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
        var command = new Command("login", "Sign in to the local mesh as a persona. The token is valid for an hour.") { persona };
        session.SetLocalAction(command, async (parse, gateway, cancellation) =>
        {
            using var login = new LocalLogin(gateway, session.Time);
            var issuer = (await login.Issuers(cancellation)).FirstOrDefault(LocalLogin.IsLocal) ?? throw new UsageException(
                $"There is no local mesh at {gateway}. For other meshes, get a token from your identity provider, "
                + "and pass it in MINING_TOKEN or with --token-file.");
            if (await login.Ask(issuer, parse.GetValue(persona), cancellation) is not { } answer)
                throw new UsageException($"Cannot reach the local mesh's token issuer at {issuer}.");
            session.Tokens.Keep(gateway, answer.Token);
            session.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Logged in as {answer.Token.Subject}, {answer.Text}, until {answer.Token.Expires:HH:mm} UTC."));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Logout(Session session)
    {
        var command = new Command("logout", "Delete the stored token for this gateway.");
        session.SetLocalAction(command, (_, gateway, _) =>
        {
            session.WriteLine(session.Tokens.Forget(gateway) ? "Logged out." : "There was no stored token.");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    public static Command Token(Session session)
    {
        var command = new Command("token", "Print the token of the last login, for other programs such as curl.");
        session.SetLocalAction(command, (_, gateway, _) =>
        {
            session.WriteLine(session.Tokens.Find(gateway) is { } token && token.Expires > session.Time.GetUtcNow()
                ? token.Token
                : throw new UsageException("There is no valid token; get one with 'mining login --as NAME'."));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
