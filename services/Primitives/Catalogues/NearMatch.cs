namespace Mining.Primitives.Catalogues;

/// <summary>Suggestions for a misspelled text: the closest candidates by Levenshtein distance, ignoring case.</summary>
public static class NearMatch
{
    /// <summary>Maximum length of a text that gets suggestions. A longer text is not a misspelled name.</summary>
    private const int MaxCharacters = 100;

    /// <summary>Maximum number of edits. At most one edit per three letters is allowed, so that suggestions stay plausible.</summary>
    private const int MaxEdits = 4;

    /// <summary>
    /// Returns at most <paramref name="most"/> candidates, the closest first, ties in ordinal order. Often there are none.
    /// </summary>
    public static IReadOnlyList<string> Of(string? text, IEnumerable<string> candidates, int most = 3) =>
        OfSpellings(text, candidates.Select(candidate => (candidate, candidate)), most);

    /// <summary>Like <see cref="Of"/>, for names with several spellings. The closest spelling of a name counts.</summary>
    public static IReadOnlyList<string> OfSpellings(string? text, IEnumerable<(string Spelling, string Name)> candidates, int most = 3)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > MaxCharacters)
            return [];
        var folded = text.ToUpperInvariant();
        var closest = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (spelling, name) in candidates)
        {
            var mostEdits = Math.Clamp(Math.Max(folded.Length, spelling.Length) / 3, 1, MaxEdits);
            if (Math.Abs(folded.Length - spelling.Length) > mostEdits)
                continue;
            var edits = Edits(folded, spelling);
            if (edits <= mostEdits && edits < Math.Max(folded.Length, spelling.Length) &&
                (!closest.TryGetValue(name, out var known) || edits < known))
                closest[name] = edits;
        }

        // A text that matches a spelling except for case means exactly that name.
        var exactOnly = closest.ContainsValue(0);
        return [.. closest.Where(found => !exactOnly || found.Value == 0)
            .OrderBy(found => found.Value).ThenBy(found => found.Key, StringComparer.Ordinal).Take(most).Select(found => found.Key)];
    }

    /// <summary>The end of an error text: <c>; did you mean EUR or USD?</c>, or a full stop if there is no suggestion.</summary>
    public static string Ending(IReadOnlyList<string> matches) => matches.Count switch
    {
        0 => ".",
        1 => $"; did you mean {matches[0]}?",
        _ => $"; did you mean {string.Join(", ", matches.Take(matches.Count - 1))} or {matches[^1]}?",
    };

    /// <summary>The Levenshtein distance between the two, computed row by row.</summary>
    private static int Edits(string folded, string spelling)
    {
        Span<int> row = stackalloc int[spelling.Length + 1];
        for (var column = 0; column < row.Length; column++)
            row[column] = column;
        for (var line = 1; line <= folded.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column < row.Length; column++)
            {
                var replaced = diagonal + (folded[line - 1] == char.ToUpperInvariant(spelling[column - 1]) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
