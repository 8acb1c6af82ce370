using Mining.Primitives.Catalogues;
using Xunit;

namespace Mining.Primitives.Tests.Catalogues;

// At stake: a project wrongly counted as critical, or an import row refused for its spelling. The official lists are repeated here, entry
// by entry, and compared with the data file.
public sealed class MineralsTests
{
    /// <summary>Regulation (EU) 2024/1252, Annex II section 1, except rare earths and platinum group metals.</summary>
    private const string EuCritical =
        "antimony, arsenic, bauxite, alumina, aluminium, baryte, beryllium, bismuth, boron, cobalt, coking coal, " +
        "copper, feldspar, fluorspar, gallium, germanium, hafnium, helium, lithium, magnesium, manganese, graphite, " +
        "nickel, niobium, phosphate rock, phosphorus, scandium, silicon metal, strontium, tantalum, titanium metal, " +
        "tungsten, vanadium";

    /// <summary>Annex I section 1, likewise; it names the rare earths for permanent magnets.</summary>
    private const string EuStrategic =
        "bauxite, alumina, aluminium, bismuth, boron, cobalt, copper, gallium, germanium, lithium, magnesium metal, " +
        "manganese, graphite, nickel, silicon metal, titanium metal, tungsten, Nd, Pr, Tb, Dy, Gd, Sm, Ce";

    /// <summary>The sixty minerals of the U.S. Geological Survey's final list of 2025, in its spelling.</summary>
    private const string UsgsCritical =
        "aluminum, antimony, arsenic, barite, beryllium, bismuth, boron, cerium, cesium, chromium, cobalt, copper, " +
        "dysprosium, erbium, europium, fluorspar, gadolinium, gallium, germanium, graphite, hafnium, holmium, indium, " +
        "iridium, lanthanum, lead, lithium, lutetium, magnesium, manganese, metallurgical coal, neodymium, nickel, " +
        "niobium, palladium, phosphate, platinum, potash, praseodymium, rhenium, rhodium, rubidium, ruthenium, " +
        "samarium, scandium, silicon, silver, tantalum, tellurium, terbium, thulium, tin, titanium, tungsten, uranium, " +
        "vanadium, ytterbium, yttrium, zinc, zirconium";

    private const string LightRareEarths = "cerium, lanthanum, neodymium, praseodymium, samarium";
    private const string HeavyRareEarths =
        "dysprosium, erbium, europium, gadolinium, holmium, lutetium, terbium, thulium, ytterbium, yttrium";
    private const string PlatinumGroup = "iridium, osmium, palladium, platinum, rhodium, ruthenium";
    private const string RareEarthGroups = "rare-earths, light-rare-earths, heavy-rare-earths";
    private const string Groups = RareEarthGroups + ", platinum-group-metals";

    [Fact]
    public void Annex_II_defines_what_is_critical_in_the_EU() =>
        Assert.Equal(Ids(EuCritical, LightRareEarths, HeavyRareEarths, PlatinumGroup, Groups), Ids(mineral => mineral.IsEuCritical));

    [Fact]
    public void Annex_I_defines_what_is_strategic_in_the_EU() =>
        Assert.Equal(Ids(EuStrategic, PlatinumGroup, Groups), Ids(mineral => mineral.IsEuStrategic));

    [Fact]
    public void The_Geological_Survey_defines_what_is_critical_in_the_US()
    {
        Assert.Equal(60, Ids(UsgsCritical).Count);
        Assert.Equal(Ids(UsgsCritical, "bauxite, alumina", Groups), Ids(mineral => mineral.IsUsgsCritical));
    }

    [Fact]
    public void Every_strategic_mineral_is_critical() =>
        Assert.DoesNotContain(Minerals.All, mineral => mineral.IsEuStrategic && !mineral.IsEuCritical);

    [Theory]
    [InlineData("rare earths", "rare-earths")]
    [InlineData("Rare Earths", "rare-earths")]
    [InlineData("REE", "rare-earths")]
    [InlineData("rare earths (dysprosium)", "dysprosium")]
    [InlineData("rare earths (neodymium)", "neodymium")]
    [InlineData("platinum group metals", "platinum-group-metals")]
    [InlineData("PGM", "platinum-group-metals")]
    [InlineData("silicon metal", "silicon")]
    [InlineData("aluminum", "aluminium")]
    [InlineData("baryte", "barite")]
    [InlineData("cesium", "caesium")]
    [InlineData("coking coal", "metallurgical-coal")]
    [InlineData("natural graphite", "graphite")]
    [InlineData("  lithium ", "lithium")]
    [InlineData("LI", "lithium")]
    public void A_name_or_alias_finds_its_mineral(string text, string id)
    {
        Assert.True(Minerals.TryFind(text, out var mineral));
        Assert.Equal(id, mineral.Id);
    }

    [Theory]
    [InlineData("lithium, rare earths, cobalt, nickel, graphite, copper, manganese, gallium, tin, zinc, germanium, tungsten")]
    [InlineData("platinum group metals, antimony, silicon, alumina, palladium, lead, silver, niobium, scandium, boron, bismuth")]
    [InlineData("tellurium, phosphorus, platinum, zirconium, hafnium, titanium, indium, iron, bauxite, tantalum, magnesium")]
    [InlineData("vanadium, aluminium, chromium, rhenium, praseodymium, terbium, silicon metal")]
    public void Every_mineral_of_the_sample_data_is_known(string names) => Assert.NotEmpty(Ids(names));

    [Theory]
    [InlineData("litium", "lithium")]
    [InlineData("rare-earth", "rare-earths")]
    [InlineData("neodimium", "neodymium")]
    [InlineData("alluminium", "aluminium")]
    [InlineData("Cobalt", "cobalt")]
    [InlineData("wolfrm", "tungsten")]
    public void A_misspelling_is_refused_with_suggestions(string text, string meant)
    {
        Assert.False(Minerals.TryGet(text, out _));
        Assert.Equal(meant, Minerals.NearMatches(text)[0]);
        Assert.InRange(Minerals.NearMatches(text).Count, 1, 3);
        Assert.Contains(meant, Minerals.Refusal(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("unobtainium")]
    public void A_text_without_a_near_match_is_refused_without_suggestions(string? text)
    {
        Assert.False(Minerals.TryFind(text, out _));
        Assert.Empty(Minerals.NearMatches(text));
        Assert.EndsWith("is not a mineral in the catalogue.", Minerals.Refusal(text), StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_is_exact_and_kebab_case()
    {
        Assert.All(Minerals.All, mineral => Assert.Matches("^[a-z]+(-[a-z]+)*$", mineral.Id));
        Assert.All(Minerals.All, mineral => Assert.True(Minerals.TryGet(mineral.Id, out var same) && same == mineral));
        Assert.Equal(Minerals.All.OrderBy(mineral => mineral.Id, StringComparer.Ordinal), Minerals.All);
        Assert.False(Minerals.TryGet("Lithium", out _));
        Assert.False(Minerals.TryGet(null, out _));
    }

    private static SortedSet<string> Ids(params string[] lists) => [.. lists.SelectMany(list => list.Split(", ")).Select(name =>
        Minerals.TryFind(name, out var mineral) ? mineral.Id : throw new ArgumentException(Minerals.Refusal(name), nameof(lists)))];

    private static SortedSet<string> Ids(Func<Mineral, bool> isListed) => [.. Minerals.All.Where(isListed).Select(mineral => mineral.Id)];
}
