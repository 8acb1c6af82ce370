namespace Mining.Platform.Storage;

/// <summary>Patterns for <c>LIKE … ESCAPE '!'</c>.</summary>
public static class Like
{
    /// <summary>Matches whatever contains the text; its own wildcards are only characters.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal).Replace("[", "![", StringComparison.Ordinal)}%";
}
