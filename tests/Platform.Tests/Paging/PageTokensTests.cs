// At stake: a page walk that skips or repeats rows because a token was used with other conditions, and a position that a stranger made
// up. Tables, and a property over tokens that somebody has changed.
using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Projects.V1;
using System.Text;
using CsCheck;
using Xunit;

namespace Mining.Platform.Tests.Paging;

public sealed class PageTokensTests
{
    private static readonly Caller Reader = new("eu:reader");

    private readonly PageTokens tokens = new(Encoding.UTF8.GetBytes("key"));

    [Theory]
    [InlineData("projects/a")]
    [InlineData("")]
    [InlineData("one", "two", "łódź \" \\ \0")]
    public void A_token_restores_its_position(params string[] position)
    {
        var violations = new Violations();
        Assert.Equal(position, tokens.Read(tokens.Write(Query(), Reader, position), Query(), Reader, violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void The_page_size_may_change_between_pages()
    {
        var first = Query(request => request.PageSize = 10);
        var token = tokens.Write(first, Reader, "projects/a");
        var violations = new Violations();
        var next = Query(request => (request.PageSize, request.PageToken) = (20, token));
        Assert.Equal(["projects/a"], tokens.Read(token, next, Reader, violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void Without_a_token_paging_starts_at_the_beginning()
    {
        var violations = new Violations();
        Assert.Empty(tokens.Read("", Query(), Reader, violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void A_token_belongs_to_its_query_its_method_and_its_key()
    {
        var token = tokens.Write(Query(), Reader, "projects/a");
        Refused(token, Query(request => request.Countries.Add("DE")), tokens);
        Refused(token, Query(request => request.Minerals.Clear()), tokens);
        Refused(token, new ListRevisionsRequest(), tokens);
        Refused(token, Query(), new PageTokens(Encoding.UTF8.GetBytes("another key")));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_malformed_token_is_a_violation(string token) => Refused(token, Query(), tokens);

    [Fact]
    public void A_too_long_token_is_a_violation() => Refused(new string('A', 1_000_000), Query(), tokens);

    [Fact]
    public void A_tampered_token_is_a_violation() =>
        Gen.Select(Gen.Int[0, 1_000], Gen.Char["ABCxyz019-_"]).Sample((at, character) =>
        {
            var token = tokens.Write(Query(), Reader, "projects/a", "17");
            var place = at % (token.Length - 1); // the last character may contain unused bits
            if (token[place] != character)
                Refused(string.Concat(token.AsSpan(0, place), character.ToString(), token.AsSpan(place + 1)), Query(), tokens);
        });

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1)]
    [InlineData(1_000, 1_000)]
    [InlineData(int.MaxValue, 1_000)]
    public void A_page_has_a_hundred_rows_by_default_and_a_thousand_at_most(int given, int expected)
    {
        var violations = new Violations();
        Assert.Equal(expected, PageSizes.Read(given, violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void A_negative_page_size_is_a_violation()
    {
        var violations = new Violations();
        PageSizes.Read(-1, violations);
        Assert.True(violations.Any);
    }

    private static ListProjectsRequest Query(Action<ListProjectsRequest>? adapt = null)
    {
        var request = new ListProjectsRequest { Minerals = { "tin" }, Text = "x" };
        adapt?.Invoke(request);
        return request;
    }

    [Fact]
    public void A_token_is_valid_only_for_its_caller()
    {
        var violations = new Violations();
        Assert.Empty(tokens.Read(tokens.Write(Query(), Reader, "projects/a"), Query(), new Caller("us:reader"), violations));
        Assert.Equal(1, violations.Count);
    }

    private static void Refused(string token, Google.Protobuf.IMessage request, PageTokens tokens)
    {
        var violations = new Violations();
        Assert.Empty(tokens.Read(token, request, Reader, violations));
        Assert.Equal("page_token", Assert.Single(Assert.Throws<RefusedException>(violations.ThrowIfAny).Refusal.Fields).Field);
    }
}
