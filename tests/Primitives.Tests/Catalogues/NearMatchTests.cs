using System.Text;
using CsCheck;
using Mining.Primitives.Catalogues;
using Xunit;

namespace Mining.Primitives.Tests.Catalogues;

// At stake: an error message must help, and no strange input may turn it into excessive work or unreadable output.
public sealed class NearMatchTests
{
    private static readonly string[] Metals = ["copper", "cobalt", "nickel", "tin", "zinc"];
    private static readonly string[] LongNames = ["lithium", "neodymium", "graphite"];

    [Theory]
    [InlineData("coper", "copper")]
    [InlineData("COBALT", "cobalt")]
    [InlineData("nikel", "nickel")]
    [InlineData("tim", "tin")]
    [InlineData("zin", "tin zinc")] // equally close: ordinal order
    [InlineData("gold", "")]
    [InlineData("", "")]
    public void The_closest_candidates_come_first(string text, string matches) =>
        Assert.Equal(matches.Split(' ', StringSplitOptions.RemoveEmptyEntries), NearMatch.Of(text, Metals));

    [Fact]
    public void At_most_the_requested_number_of_candidates_is_returned()
    {
        string[] sides = ["A1", "A2", "A3", "A4", "A5"];
        Assert.Equal(["A1", "A2", "A3"], NearMatch.Of("A", sides));
        Assert.Equal(["A1"], NearMatch.Of("A", sides, most: 1));
        Assert.Empty(NearMatch.Of("A", sides, most: 0));
    }

    [Theory]
    [InlineData(new string[0], ".")]
    [InlineData(new[] { "EUR" }, "; did you mean EUR?")]
    [InlineData(new[] { "EUR", "USD" }, "; did you mean EUR or USD?")]
    [InlineData(new[] { "EUR", "USD", "CHF" }, "; did you mean EUR, USD or CHF?")]
    public void A_refusal_ends_with_the_suggestions(string[] matches, string ending) => Assert.Equal(ending, NearMatch.Ending(matches));

    [Fact]
    public void One_edit_is_always_found() =>
        Gen.Select(Gen.OneOf(LongNames), Gen.Int[0, 5], Gen.Char.AlphaNumeric, Gen.Int[0, 2]).Sample((name, at, letter, kind) =>
        {
            var misspelled = kind switch
            {
                0 => name.Remove(at, 1),
                1 => name.Insert(at, letter.ToString()),
                _ => name.Remove(at, 1).Insert(at, letter.ToString()),
            };
            Assert.Contains(name, NearMatch.Of(misspelled, LongNames));
        });

    [Fact]
    public void A_text_too_long_for_a_name_is_not_compared()
    {
        var endless = new string('a', 1_000_000);
        Assert.Empty(NearMatch.Of(endless, [endless]));
        Assert.Empty(NearMatch.Of("a", [endless]));
    }

    [Fact]
    public void Any_text_gives_few_matches_and_a_bounded_refusal() =>
        Gen.OneOf<string>(Gen.String, Gen.OneOf("\ud800", "\udc00\ud800", new string('a', 1_000_000), "\r\n\0\u001b[31m")).Sample(text =>
        {
            Assert.InRange(Minerals.NearMatches(text).Count, 0, 3);
            Assert.InRange(Countries.NearMatches(text).Count, 0, 3);
            Assert.InRange(Quote.Of(text).Length, 2, 50);
            Assert.DoesNotContain(Quote.Of(text), char.IsControl);
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(Minerals.Refusal(text));
        });

    [Fact]
    public void A_long_text_is_truncated_and_control_characters_are_hidden()
    {
        Assert.Equal("\"lithium\"", Quote.Of("lithium"));
        Assert.Equal("\"a\ufffdb\"", Quote.Of("a\nb"));
        Assert.Equal("\"\"", Quote.Of(null));
        Assert.Equal($"\"{new string('x', 39)}…\"", Quote.Of(new string('x', 400)));
    }
}
