// At stake: an operator's first contact. Every set of values must render without a warning, into objects that a cluster reads as they are
// written. helm itself renders; each object is read strictly, so that a misspelt field is found.
using k8s;
using k8s.Models;
using Mining.Deploy.Tests.Support;

namespace Mining.Deploy.Tests;

public sealed class RenderingTests
{
    public static TheoryData<string> ValuesFiles() => [.. Chart.ValuesFiles];

    [Theory]
    [MemberData(nameof(ValuesFiles))]
    public async Task The_chart_lints_without_a_warning(string values)
    {
        var answer = await Tool.Helm(["lint", "--strict", Chart.Folder, .. Chart.File(values)]);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        Assert.DoesNotContain("[WARNING]", answer.Output, StringComparison.Ordinal);
        Assert.Contains("0 chart(s) failed", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_object_can_be_read_strictly_and_is_named_once(string set)
    {
        var rendered = await Chart.Of(set);
        Assert.NotEmpty(rendered.Objects);
        Assert.All(rendered.Objects, made => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", made.Metadata.Name));
        Assert.Equal(
            rendered.Objects.Count,
            rendered.Objects.Select(made => (made.ApiVersion, made.Kind, made.Metadata.Name)).Distinct().Count());
        Assert.All(rendered.Objects, made => Assert.True(made.Metadata.Name.Length <= 63, made.Metadata.Name));
    }

    [Fact]
    public void A_misspelt_field_is_found() => Assert.ThrowsAny<Exception>(() => new Rendered(
        "misspelt",
        """
        apiVersion: v1
        kind: Service
        metadata: { name: misspelt }
        spec: { selectors: { a: b } }
        """));

    [Theory]
    [MemberData(nameof(EverySet.Names), MemberType = typeof(EverySet))]
    public async Task Every_object_says_what_it_belongs_to(string set)
    {
        var rendered = await Chart.Of(set);
        Assert.All(rendered.Objects, made =>
        {
            Assert.Equal("mining", made.Metadata.Labels["app.kubernetes.io/part-of"]);
            Assert.Equal("Helm", made.Metadata.Labels["app.kubernetes.io/managed-by"]);
            Assert.Equal(Chart.Release, made.Metadata.Labels["app.kubernetes.io/instance"]);
        });
    }

    [Fact]
    public async Task A_value_that_is_not_there_is_refused()
    {
        var answer = await Chart.Template([.. Chart.ArgumentsOf("standard"), "--set", "replicaCount=3"]);
        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("replicaCount", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_for_all_charts_of_an_installation_are_let_through()
    {
        var answer = await Chart.Template([.. Chart.ArgumentsOf("standard"), "--set", "global.somebodyElses=value"]);
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    [Fact]
    public async Task A_long_release_name_still_fits()
    {
        var answer = await Tool.Helm(["template", new string('r', 53), Chart.Folder, .. Chart.File("small")]);
        Assert.True(answer.ExitCode == 0, answer.Error);
        Assert.All(new Rendered("long", answer.Output).Objects, made => Assert.True(made.Metadata.Name.Length <= 63, made.Metadata.Name));
    }
}
