using System.CommandLine;
using System.Globalization;

namespace Mining.Cli.Shell;

/// <summary>The options of every command: the gateway's address, the token and the output format.</summary>
internal sealed class GlobalOptions
{
    public const string DefaultAddress = "http://localhost:18000";
    public const string AddressVariable = "MINING_ADDRESS";
    public const string TokenVariable = "MINING_TOKEN";

    private readonly Option<string?> address = new("--address")
    {
        Description = $"Address of the gateway. Default: the environment variable {AddressVariable}, otherwise {DefaultAddress}",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<int?> portBase = new("--port-base")
    {
        Description = "Port base of the local mesh, which is the port of its gateway",
        HelpName = "N",
        Recursive = true,
    };

    private readonly Option<FileInfo?> tokenFile = new("--token-file")
    {
        Description = $"File with the access token. Default: the environment variable {TokenVariable}, otherwise the last login",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<bool> json = new("--json")
    {
        Description = "Print the API's own JSON, one document per line; for lists, one line per page",
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

    /// <summary>The given token, or null. No option takes the token itself, because any process can read a command line.</summary>
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

    /// <summary>The address of the gateway. Throws <see cref="UsageException"/> if the options or the environment are invalid.</summary>
    public Uri Address(ParseResult parse, Func<string, string?> environmentVariable)
    {
        var given = parse.GetValue(address);
        var port = parse.GetValue(portBase);
        if (given is not null && port is not null)
            throw new UsageException("--address and --port-base exclude each other; give only one.");
        if (port is < 1 or > 65_535)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--port-base: {port} is not a port (1 to 65535)."));
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
