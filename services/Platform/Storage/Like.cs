namespace Mining.Platform.Storage;

/// <summary>Patterns for <c>LIKE … ESCAPE '!'</c>.</summary>
public static class Like
{
    /// <summary>A pattern for values that contain the text. Wildcards in the text are escaped.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal).Replace("[", "![", StringComparison.Ordinal)}%";
}
