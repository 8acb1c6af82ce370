using System.Text.Json;

namespace Mining.Cli.Login;

/// <summary>A token that a person got, and until when it is good.</summary>
internal sealed record StoredToken(string Token, string Subject, DateTimeOffset Expires);

/// <summary>Keeps tokens between two commands, one a gateway, in a file that only its owner can read.</summary>
/// <param name="folder">Where the file lies; null: nothing is kept.</param>
internal sealed class TokenStore(string? folder)
{
    private string File => Path.Combine(folder!, "tokens.json");

    /// <summary>The token for a gateway; null: none, or none that can be read.</summary>
    public StoredToken? Find(Uri gateway) => Read().GetValueOrDefault(Key(gateway));

    public void Keep(Uri gateway, StoredToken token)
    {
        if (folder is null)
            return;
        var tokens = Read();
        tokens[Key(gateway)] = token;
        Write(tokens);
    }

    /// <summary>Forgets the token for a gateway; whether there was one.</summary>
    public bool Forget(Uri gateway)
    {
        var tokens = Read();
        if (!tokens.Remove(Key(gateway)))
            return false;
        Write(tokens);
        return true;
    }

    private static string Key(Uri gateway) => gateway.GetLeftPart(UriPartial.Authority);

    private Dictionary<string, StoredToken> Read()
    {
        try
        {
            return folder is not null && System.IO.File.Exists(File)
                ? JsonSerializer.Deserialize<Dictionary<string, StoredToken>>(System.IO.File.ReadAllText(File)) ?? []
                : [];
        }
        catch (JsonException)
        {
            // Written by halves or by something else: what it held can be got again.
            return [];
        }
    }

    private void Write(Dictionary<string, StoredToken> tokens)
    {
        Directory.CreateDirectory(folder!);
        var draft = $"{File}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
            JsonSerializer.Serialize(stream, tokens);
        System.IO.File.Move(draft, File, overwrite: true);
    }
}
