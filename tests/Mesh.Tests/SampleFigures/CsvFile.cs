using System.Text;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>A CSV file by RFC 4180, read by hand: the point of these tests is to share no code with the import.</summary>
internal static class CsvFile
{
    /// <summary>The rows, each as its cells by column name; a column that a row lacks reads as empty.</summary>
    public static IEnumerable<Func<string, string>> Read(string path)
    {
        var rows = Records(File.ReadAllText(path, Encoding.UTF8)).ToList();
        var columns = rows[0];
        foreach (var row in rows.Skip(1))
        {
            yield return column =>
            {
                var index = columns.IndexOf(column);
                return index >= 0 && index < row.Count ? row[index].Trim() : "";
            };
        }
    }

    private static IEnumerable<List<string>> Records(string text)
    {
        var row = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quoted)
            {
                if (letter != '"')
                    cell.Append(letter);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (letter == '"')
            {
                quoted = true;
            }
            else if (letter is ',' or '\n')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (letter == '\n')
                {
                    yield return row;
                    row = [];
                }
            }
            else if (letter != '\r')
            {
                cell.Append(letter);
            }
        }

        if (cell.Length > 0 || row.Count > 0)
        {
            row.Add(cell.ToString());
            yield return row;
        }
    }
}
