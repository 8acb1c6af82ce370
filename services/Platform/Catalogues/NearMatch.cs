namespace Mining.Platform.Catalogues;

/// <summary>What somebody may have meant: the candidates closest to a text by Levenshtein distance, letter case aside.</summary>
public static class NearMatch
{
    /// <summary>A longer text is no misspelling of a name, and comparing it would only cost time.</summary>
    private const int MaxCharacters = 100;

    /// <summary>One edit in three letters, and never more than this many, or the suggestion would surprise.</summary>
    private const int MaxEdits = 4;

    /// <summary>At most <paramref name="most"/> candidates, the closest first, equally close ones in ordinal order; often none.</summary>
    public static IReadOnlyList<string> Of(string? text, IEnumerable<string> candidates, int most = 3) =>
        OfSpellings(text, candidates.Select(candidate => (candidate, candidate)), most);

    /// <summary>As <see cref="Of"/>, where one name can be spelled in several ways: a name is as close as its closest spelling.</summary>
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

        // A text that is a spelling but for its letter case means that name, and no neighbour of it.
        var exactOnly = closest.ContainsValue(0);
        return [.. closest.Where(found => !exactOnly || found.Value == 0)
            .OrderBy(found => found.Value).ThenBy(found => found.Key, StringComparer.Ordinal).Take(most).Select(found => found.Key)];
    }

    /// <summary>The end of a refusal: <c>; did you mean EUR or USD?</c>, or a full stop where nothing comes close.</summary>
    public static string Ending(IReadOnlyList<string> matches) => matches.Count switch
    {
        0 => ".",
        1 => $"; did you mean {matches[0]}?",
        _ => $"; did you mean {string.Join(", ", matches.Take(matches.Count - 1))} or {matches[^1]}?",
    };

    /// <summary>The single-letter insertions, deletions and replacements between the two, one row of the table at a time.</summary>
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
