// At stake: JSON callers. JSON answers equal gRPC answers, and no request on the same address, however malformed, gets a 5xx status. Tested
// over plain HTTP/1.1, and over HTTP/2 with frames that are not gRPC.
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Mining.Mesh.Tests.SampleFigures;
using Mining.Portfolio.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hostile;

[Collection(SampleMeshUsers.Name)]
public sealed class HttpTests(SampleMesh sample) : IDisposable
{
    private static readonly JsonParser Parser = JsonParser.Default;

    private readonly MeshProcesses mesh = sample.Mesh;
    private readonly HttpClient http = new()
    {
        BaseAddress = new Uri(sample.Mesh.Gateway.Address),
        DefaultRequestHeaders = { Authorization = new("Bearer", TestIssuer.Shared.TokenFor(TestIssuer.Developer)) },
    };

    public static TheoryData<string, string> BrokenRequests => new()
    {
        { "GET", "/v1/portfolio:summary?query.asOf=yesterday" },
        { "GET", "/v1/portfolio:summary?query.as_of.year=99999999999" },
        { "GET", "/v1/portfolio:summary?query.filter.stages=STAGE_NONE" },
        { "GET", "/v1/portfolio:summary?query.filter.stages=-7" },
        { "GET", "/v1/portfolio:summary?query=1" },
        { "GET", "/v1/portfolio:summary?query.reportingCurrency=%00%ff%fe" },
        { "GET", "/v1/portfolio:nothing" },
        { "GET", "/v1/coInvestments?pageSize=NaN" },
        { "GET", "/v1/coInvestments?pageSize=-1&pageToken=%F0%9F" },
        { "GET", "/v1/coInvestments?groupBy=CO_INVESTMENT_GROUPING_NONE&measure=12" },
        { "GET", "/v1/pipeline?orderBy=x" },
        { "GET", "/v1/projects/UPPER%20CASE/dossier" },
        { "GET", "/v1/projects/a%2Fb/dossier" },
        { "GET", "/v1/projects//dossier" },
        { "GET", "/v1/portfolio:watch?heartbeatInterval=soon" },
        { "GET", "/v1/portfolio:watch?heartbeatInterval=-1s" },
        { "DELETE", "/v1/portfolio:summary" },
        { "POST", "/mining.portfolio.v1.PortfolioService/GetPortfolioSummary" },
        { "GET", "/mining.projects.v1.ProjectService/GetProject" },
        { "POST", "/mining.projects.v1.ProjectService/NoSuchMethod" },
        { "POST", "/dapr.proto.runtime.v1.AppCallback/OnTopicEvent" },
        { "GET", "/%2e%2e/%2e%2e/etc/passwd" },
    };

    public static TheoryData<string> BrokenBodies =>
    [
        "{", "[]", "null", "1", "\"text\"", "{\"query\":1}", "{\"query\":{\"asOf\":\"yesterday\"}}", "{\"query\":{\"asOf\":{\"year\":1e99}}}",
        "{\"query\":{\"filter\":{\"stages\":[\"STAGE_NONE\"]}}}", "{\"query\":{\"filter\":{\"projects\":[null]}}}",
        "{\"query\":{\"asOf\":{\"year\":\"NaN\"}}}", "{\"query\":{\"reportingCurrency\":\"\\ud800\"}}", "{\"query\":{},\"query\":[]}", "\u0000", "{} {}",
        "{\"query\":{\"reportingCurrency\":\"\u0001\"}}",
    ];

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task JSON_answers_equal_gRPC_answers()
    {
        var request = new GetPortfolioSummaryRequest();
        var expected = await mesh.Portfolio.GetPortfolioSummaryAsync(request);
        Same(expected, await http.GetStringAsync(new Uri("/v1/portfolio:summary", UriKind.Relative)));

        request.Query = new() { ReportingCurrency = "USD", AsOf = new() { Year = 2024, Month = 5, Day = 6 }, Filter = new() { Minerals = { "lithium" } } };
        expected = await mesh.Portfolio.GetPortfolioSummaryAsync(request);
        Same(expected, await http.GetStringAsync(new Uri(
            "/v1/portfolio:summary?query.reportingCurrency=USD&query.asOf.year=2024&query.asOf.month=5&query.asOf.day=6&query.filter.minerals=lithium", UriKind.Relative)));
        var posted = await Post("/v1/portfolio:summary", JsonFormatter.Default.Format(request));
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Same(expected, await posted.Content.ReadAsStringAsync());

        static void Same(PortfolioSummary expected, string json)
        {
            var answered = Parser.Parse<PortfolioSummary>(json);

            // The time since a service was last seen differs between any two calls.
            answered.Freshness.Clear();
            var figures = expected.Clone();
            figures.Freshness.Clear();
            Assert.Equal(figures, answered);
        }
    }

    [Fact]
    public async Task Rows_pipeline_and_dossier_are_available_as_JSON()
    {
        var rows = await mesh.Portfolio.ListCoInvestmentsAsync(new() { GroupBy = CoInvestmentGrouping.Mineral, PageSize = 2 });
        var rowsAsJson = Parser.Parse<ListCoInvestmentsResponse>(
            await http.GetStringAsync(new Uri("/v1/coInvestments?groupBy=CO_INVESTMENT_GROUPING_MINERAL&pageSize=2", UriKind.Relative)));
        Assert.Equal(rows.Rows, rowsAsJson.Rows);
        var posted = await Post("/v1/pipeline:query", "{\"pageSize\":3,\"orderBy\":\"PIPELINE_ORDER_CAPITAL_COST\"}");
        var pipeline = await mesh.Portfolio.ListPipelineAsync(new() { PageSize = 3, OrderBy = PipelineOrder.CapitalCost });
        Assert.Equal(pipeline.Entries, Parser.Parse<ListPipelineResponse>(await posted.Content.ReadAsStringAsync()).Entries);
        var name = pipeline.Entries[0].Project;
        var dossier = Parser.Parse<ProjectDossier>(await http.GetStringAsync(new Uri($"/v1/{name}/dossier", UriKind.Relative)));
        Assert.Equal((await mesh.Portfolio.GetProjectDossierAsync(new() { Name = name })).Shares, dossier.Shares);
    }

    [Fact]
    public async Task An_unknown_project_is_404_and_says_so()
    {
        var answer = await http.GetAsync(new Uri("/v1/projects/none-such/dossier", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(5, (int)status["code"]!);
        Assert.Contains("none-such", (string)status["message"]!, StringComparison.Ordinal);
        Assert.Equal(("RESOURCE_NOT_FOUND", "mining"), ErrorInfo(status));
    }

    [Fact]
    public async Task An_invalid_currency_and_date_give_400_and_both_are_named()
    {
        var answer = await http.GetAsync(new Uri("/v1/portfolio:summary?query.reportingCurrency=EURO&query.asOf.year=2026&query.asOf.month=13", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(("INVALID_FIELDS", "mining"), ErrorInfo(status));
        var fields = status["details"]!.AsArray().Single(detail => ((string)detail!["@type"]!).EndsWith("google.rpc.BadRequest", StringComparison.Ordinal))!;
        Assert.Equal(
            ["query.as_of", "query.reporting_currency"],
            fields["fieldViolations"]!.AsArray().Select(violation => (string)violation!["field"]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task A_malformed_request_is_a_client_error(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(mesh.Gateway.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (method == "POST")
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task A_malformed_body_is_a_client_error(string body)
    {
        foreach (var path in (string[])["/v1/portfolio:summary", "/v1/coInvestments:query", "/v1/pipeline:query"])
        {
            using var answer = await Post(path, body);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{path} {body}: {(int)answer.StatusCode} {text}");
            Assert.Equal(3, (int)JsonNode.Parse(text)!["code"]!);
            Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("text/plain; charset=nonsense")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_body_of_another_content_type_is_a_client_error(string type)
    {
        using var content = new ByteArrayContent([0xFF, 0xFE, (byte)'{', 0]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await http.PostAsync(new Uri("/v1/portfolio:summary", UriKind.Relative), content);
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task An_endless_body_is_refused()
    {
        using var answer = await Post("/v1/portfolio:summary", $"{{\"query\":{{\"partnership\":\"{new string('a', 6 << 20)}\"}}}}");
        Assert.InRange((int)answer.StatusCode, 400, 499);
        var deep = string.Concat(Enumerable.Repeat("{\"query\":", 100_000));
        using var nested = await Post("/v1/portfolio:summary", deep);
        Assert.InRange((int)nested.StatusCode, 400, 499);
    }

    [Theory]
    [InlineData("no frame", new byte[0])]
    [InlineData("half a header", new byte[] { 0, 0, 0 })]
    [InlineData("compressed without saying how", new byte[] { 1, 0, 0, 0, 2, 1, 2 })]
    [InlineData("a flag that does not exist", new byte[] { 7, 0, 0, 0, 0 })]
    [InlineData("a message shorter than it says", new byte[] { 0, 0, 0, 1, 0, 1 })]
    [InlineData("a length of four gigabytes", new byte[] { 0, 255, 255, 255, 255, 1 })]
    [InlineData("two messages", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task A_malformed_frame_is_a_client_error(string what, byte[] frame)
    {
        foreach (var method in (string[])["mining.portfolio.v1.PortfolioService/GetPortfolioSummary", "mining.projects.v1.ProjectService/ListProjects"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{mesh.Gateway.Address}/{method}"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(frame),
            };
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            using var answer = await http.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            var status = answer.Headers.Concat(answer.TrailingHeaders).FirstOrDefault(header => header.Key == "grpc-status").Value?.Single();
            Assert.True(status is "3" or "8" or "12", $"{what} to {method} was answered with HTTP {(int)answer.StatusCode}, grpc-status {status ?? "none"}");
        }
    }

    private static (string Reason, string Domain) ErrorInfo(JsonNode status)
    {
        var info = status["details"]!.AsArray().Single(detail => ((string)detail!["@type"]!).EndsWith("google.rpc.ErrorInfo", StringComparison.Ordinal))!;
        return ((string)info["reason"]!, (string)info["domain"]!);
    }

    private async Task<HttpResponseMessage> Post(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.PostAsync(new Uri(path, UriKind.Relative), content);
    }
}
