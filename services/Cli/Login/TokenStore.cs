using System.Text.Json;

namespace Mining.Cli.Login;

/// <summary>A stored access token with its expiry.</summary>
internal sealed record StoredToken(string Token, string Subject, DateTimeOffset Expires);

/// <summary>Stores one token per gateway between commands, in a file that only its owner can read.</summary>
/// <param name="folder">The folder of the file; null: nothing is stored.</param>
internal sealed class TokenStore(string? folder)
{
    private string File => Path.Combine(folder!, "tokens.json");

    /// <summary>The token for a gateway, or null if there is none or the file is unreadable.</summary>
    public StoredToken? Find(Uri gateway) => Read().GetValueOrDefault(Key(gateway));

    public void Keep(Uri gateway, StoredToken token)
    {
        if (folder is null)
            return;
        var tokens = Read();
        tokens[Key(gateway)] = token;
        Write(tokens);
    }

    /// <summary>Deletes the token for a gateway. Returns whether there was one.</summary>
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
            // A damaged or foreign file: its tokens can be requested again.
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
