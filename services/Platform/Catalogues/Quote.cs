using System.Text;

namespace Mining.Platform.Catalogues;

/// <summary>Shows what a caller sent inside an error: quoted, without control characters, and cut to a bounded length.</summary>
public static class Quote
{
    /// <summary>An error travels in HTTP/2 trailers, which are small: a hostile value must not fill them.</summary>
    public const int MaxCharacters = 40;

    /// <summary>The text in quotation marks. Whatever it holds, the answer is valid UTF-16 and shorter than 50 characters.</summary>
    public static string Of(string? text)
    {
        var shown = new StringBuilder().Append('"');
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (shown.Length >= MaxCharacters)
            {
                shown.Append('…');
                break;
            }

            shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        return shown.Append('"').ToString();
    }
}
