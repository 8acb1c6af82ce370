using System.Text;
using CsCheck;
using Mining.Cli.Import;
using Mining.Cli.Shell;
using Mining.Cli.Tests.Fakes;

namespace Mining.Cli.Tests;

// At stake: the history of the European Central Bank is larger than one call may be. Split in the wrong place it would lose a day; imported
// by half it would mix old and new rates.
public sealed class RateFileTests : ImportTests
{
    [Fact]
    public void Every_line_is_in_exactly_one_part_and_no_part_is_too_large() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[40, 200]).Sample((count, most) =>
    {
        var lines = Enumerable.Range(0, count).Select(day => $"{day:0000}-line,1.{new string('0', day % 17)}").Prepend("Date,USD,")
            .ToList();
        var parts = RateFile.Split(lines, most).ToList();
        var texts = parts.Select(part => Encoding.UTF8.GetString(part.Csv).TrimEnd('\n').Split('\n')).ToList();
        return texts.All(text => text[0] == "Date,USD,") && texts.SelectMany(text => text.Skip(1)).SequenceEqual(lines.Skip(1)) &&
            parts.All(part => part.Csv.Length <= most) &&
            parts.Zip(texts).All(pair => pair.Second.Length == 1 || lines[pair.First.FirstLine - 1] == pair.Second[1]);
    });

    [Fact]
    public async Task A_large_file_is_validated_completely_before_any_of_it_is_imported()
    {
        var path = Large(lastLine: "2024-01-02,1.1");

        var run = await CommandRun.At(Gateway, "import-rates", path);

        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal([true, true, false, false], Gateway.Investors.RateFiles.Select(file => file.ValidateOnly));
        Assert.All(Gateway.Investors.RateFiles, file => Assert.InRange(file.Csv.Length, 1, RateFile.MaxPartBytes));
        Assert.Equal("200 002 days imported, 0 unchanged.", run.Lines.Trim());
    }

    [Fact]
    public async Task An_invalid_last_line_imports_nothing_and_is_located()
    {
        var path = Large(lastLine: "bad");

        var run = await CommandRun.At(Gateway, "import-rates", path);

        Assert.Equal(ExitCode.ServerRefused, run.ExitCode);
        Assert.All(Gateway.Investors.RateFiles, file => Assert.True(file.ValidateOnly));
        var first = Gateway.Investors.RateFiles[0].Csv.Split('\n').Length;
        Assert.Contains(FormattableString.Invariant($"line 2 below is line {first:# ###} of the file"), run.Error, StringComparison.Ordinal);
        Assert.Contains("  - csv: line ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_a_usage_error() =>
        Assert.Equal(ExitCode.Usage, (await CommandRun.At(Gateway, "import-rates", Path.Combine(Folder.Path, "none.csv"))).ExitCode);

    private string Large(string lastLine)
    {
        var lines = Enumerable.Range(0, 200_001).Select(day => $"2024-01-02,{1 + (day % 1_000 * 0.001m)},1.23").Append(lastLine);
        Folder.Write("eurofxref-hist.csv", ["Date,USD,JPY", .. lines]);
        return Path.Combine(Folder.Path, "eurofxref-hist.csv");
    }
}
