using System.Runtime.CompilerServices;
using Mining.Platform.Authorization;
using Xunit;

namespace Mining.Platform.Tests.Authorization;

// At stake: what an officer reads about permissions in the documentation must be true.
public sealed class AccessDocumentTests
{
    [Fact]
    public void The_documented_access_table_equals_the_code()
    {
        var file = Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", "..", "..", "docs", "identity.md");
        var text = File.ReadAllText(file);
        const string heading = "| method | officer | board | operator | auditor | service |\n";
        var start = text.IndexOf(heading, StringComparison.Ordinal);
        var before = start < 0 ? text : text[..start];
        var expected = before + heading + "| --- | --- | --- | --- | --- | --- |\n" + string.Concat(AccessTable.Rows.Where(row => row.NeedsToken).Select(Line));
        if (Environment.GetEnvironmentVariable("MINING_UPDATE_DOCS") == "1")
            File.WriteAllText(file, expected);
        Assert.True(expected == File.ReadAllText(file), "The table in docs/identity.md is outdated; regenerate it with MINING_UPDATE_DOCS=1 ./dev test Platform.");
    }

    private static string Line(AccessRow row) =>
        $"| `{row.Method.Replace("mining.", "", StringComparison.Ordinal)}` | {DisplayText(row.Officer)} | {DisplayText(row.Board)} | {DisplayText(row.Operator)} | {DisplayText(row.Auditor)} | {DisplayText(row.Service)} |\n";

    private static string DisplayText(Access access) => access switch
    {
        Access.Allowed => "yes",
        Access.OwnSide => "own side",
        Access.BothSides => "all sides",
        _ => "–",
    };

    private static string SourceFile([CallerFilePath] string file = "") => file;
}
