using System.CommandLine;
using System.Globalization;

namespace Mining.Cli.Shell;

/// <summary>The options of every command: where the gateway is, and in which form to answer.</summary>
internal sealed class GlobalOptions
{
    public const string DefaultAddress = "http://localhost:18000";
    public const string AddressVariable = "MINING_ADDRESS";
    public const string TokenVariable = "MINING_TOKEN";

    private readonly Option<string?> address = new("--address")
    {
        Description = $"Address of the gateway. Default: the environment variable {AddressVariable}, else {DefaultAddress}",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<int?> portBase = new("--port-base")
    {
        Description = "The port base that the local mesh was started with; its gateway listens on this port",
        HelpName = "N",
        Recursive = true,
    };

    private readonly Option<FileInfo?> tokenFile = new("--token-file")
    {
        Description = $"A file that holds the token to call with. Default: the environment variable {TokenVariable}, else the last login",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<bool> json = new("--json")
    {
        Description = "Print the API's JSON, unchanged: one document a line, and of a list one line a page",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(address);
        root.Options.Add(portBase);
        root.Options.Add(tokenFile);
        root.Options.Add(json);
    }

    public bool WantsJson(ParseResult parse) => parse.GetValue(json);

    /// <summary>The token that was given; null: none. Never on the command line itself, where every process of the machine could read it.</summary>
    public string? Token(ParseResult parse, Func<string, string?> environmentVariable)
    {
        if (parse.GetValue(tokenFile) is not { } file)
            return environmentVariable(TokenVariable) is { Length: > 0 } token ? token.Trim() : null;
        try
        {
            return File.ReadAllText(file.FullName).Trim() is { Length: > 0 } token ? token : throw new UsageException($"--token-file: {file} is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--token-file: {exception.Message}");
        }
    }

    /// <summary>Where the gateway is. Throws <see cref="UsageException"/> if that cannot be told.</summary>
    public Uri Address(ParseResult parse, Func<string, string?> environmentVariable)
    {
        var given = parse.GetValue(address);
        var port = parse.GetValue(portBase);
        if (given is not null && port is not null)
            throw new UsageException("--address and --port-base both say where the gateway is; give one of them.");
        if (port is < 1 or > 65_535)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--port-base: {port} is not a port, 1 to 65535."));
        if (port is not null)
            return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));

        var variable = environmentVariable(AddressVariable);
        var (text, origin) = given is not null ? (given, "--address")
            : !string.IsNullOrWhiteSpace(variable) ? (variable, AddressVariable)
            : (DefaultAddress, "");
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"{origin}: \"{text}\" is not an address such as {DefaultAddress}.");
    }
}
