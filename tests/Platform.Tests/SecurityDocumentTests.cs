using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Mining.Platform.Tests;

// At stake: the threat model must not rely on a test that no longer exists.
public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void Every_row_of_the_threat_model_names_an_existing_test()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", ".."));
        var lines = File.ReadAllLines(Path.Combine(root, "SECURITY.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).ToList();
        Assert.True(lines.Count > 20, "the threat model was not found");
        var sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        foreach (var line in lines)
        {
            var tests = TestName().Matches(line[line.TrimEnd(' ', '|').LastIndexOf('|')..]);
            Assert.True(tests.Count > 0, $"This row names no test: {line}");
            foreach (Match test in tests)
            {
                var (name, method) = (test.Groups[1].Value, test.Groups[2].Value);
                Assert.True(sources.Contains(name), $"{name}.cs does not exist: {line}");
                Assert.True(
                    method.Length == 0 || sources[name].Any(source => source.Contains($" {method}(", StringComparison.Ordinal)), $"{name} has no {method}: {line}");
            }
        }
    }

    [GeneratedRegex(@"`(\w+Tests)(?:\.(\w+))?`")]
    private static partial Regex TestName();

    private static string SourceFile([CallerFilePath] string file = "") => file;
}
