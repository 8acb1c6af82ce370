using Mining.Primitives.Catalogues;
using Xunit;

namespace Mining.Primitives.Tests.Catalogues;

// At stake: an investor counted for the wrong side. A country is exactly its ISO code; codes that people confuse with it are suggested,
// never assumed.
public sealed class CountriesTests
{
    [Theory]
    [InlineData("DE", "Germany")]
    [InlineData("US", "United States")]
    [InlineData("GB", "United Kingdom")]
    [InlineData("GR", "Greece")]
    [InlineData("GL", "Greenland")]
    [InlineData("NC", "New Caledonia")]
    [InlineData("EU", "European Union")]
    [InlineData("XK", "Kosovo")]
    public void A_code_names_a_country(string code, string name)
    {
        Assert.True(Countries.TryGet(code, out var country));
        Assert.Equal(new Country(code, name), country);
    }

    [Fact]
    public void The_catalogue_has_all_of_ISO_3166_1_and_the_EU_and_Kosovo()
    {
        Assert.Equal(249 + 2, Countries.All.Count);
        Assert.All(Countries.All, country => Assert.Matches("^[A-Z]{2}$", country.Code));
        Assert.Equal(Countries.All.OrderBy(country => country.Code, StringComparer.Ordinal), Countries.All);
        Assert.Equal(Countries.All.Count, Countries.All.Select(country => country.Name).Distinct().Count());
    }

    [Fact]
    public void The_catalogue_has_every_member_of_the_EU() => Assert.All(
        "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".Split(' '),
        code => Assert.True(Countries.TryGet(code, out _), code));

    [Theory]
    [InlineData("UK", "GB")]
    [InlineData("EL", "GR")]
    [InlineData("USA", "US")]
    [InlineData("de", "DE")]
    [InlineData("Germny", "DE")]
    [InlineData("Turkey", "TR")]
    [InlineData("DRC", "CD")]
    public void Another_spelling_is_refused_with_the_likely_code(string text, string meant)
    {
        Assert.False(Countries.TryGet(text, out _));
        Assert.Equal(meant, Countries.NearMatches(text)[0]);
        Assert.StartsWith(
            $"\"{text}\" is not an ISO 3166-1 alpha-2 country code; did you mean {meant}",
            Countries.Refusal(text),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_text_is_no_country()
    {
        Assert.False(Countries.TryGet(null, out _));
        Assert.False(Countries.TryGet("", out _));
        Assert.False(Countries.TryGet("ZZ", out _));
    }
}
