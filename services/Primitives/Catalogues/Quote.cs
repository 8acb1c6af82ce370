using System.Text;

namespace Mining.Primitives.Catalogues;

/// <summary>Quotes a caller's input for an error text, without control characters and with a bounded length.</summary>
public static class Quote
{
    /// <summary>Maximum length. Errors travel in HTTP/2 trailers, which are small and must not be filled by a hostile value.</summary>
    public const int MaxCharacters = 40;

    /// <summary>Returns the text in quotation marks. The result is always valid UTF-16 and shorter than 50 characters.</summary>
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
