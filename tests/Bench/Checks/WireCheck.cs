using Google.Protobuf;
using Grpc.Core;
using Mining.Bench.Data;
using Mining.Bench.Measurements;
using Mining.Gateway.Features;
using Mining.Portfolio.V1;
using HealthRules = Mining.Gateway.Health.HealthRules;
using Mining.Testing;

namespace Mining.Bench.Checks;

/// <summary>
/// Checks that the gateway as a process answers over the wire, in each format, what the read model answers; also after changes.
/// </summary>
internal static class WireCheck
{
    private const int Size = 2_000;
    private static readonly GetPortfolioSummary Feature = new(new HealthRules());

    public static async Task Run()
    {
        var data = new DataSet(Size);
        await using var feed = await FeedServer.Start(data);
        await using var gateway = new FedGateway(feed);
        await gateway.Start();
        var model = PastDates.ModelOf(data);
        var asked = PastDates.AsOf(DataSet.Today);
        using var watching = gateway.Portfolio.WatchPortfolio(new() { Query = asked.Query });
        for (var number = 1; number <= 3; number++)
        {
            var expected = Feature.Answer(model.Publish(), asked, DataSet.Today, []);
            Same("gRPC", expected, await gateway.Portfolio.GetPortfolioSummaryAsync(asked));
            Same("gRPC with filter", Filtered(), await gateway.Portfolio.GetPortfolioSummaryAsync(Filter()));
            Same("JSON", expected, await FromJson(gateway, asked));
            await foreach (var message in watching.ResponseStream.ReadAllAsync())
            {
                if (message.Summary is { } summary && WithoutFreshness(summary).Equals(expected))
                    break;
            }

            var change = data.Next(number, number, feed.LastSequence("investors"));
            model.Apply(change);
            await gateway.Deliver(change);
            await gateway.WaitUntilApplied("investors", change.Sequence);
        }

        PortfolioSummary Filtered() => Feature.Answer(model.Publish(), Filter(), DataSet.Today, []);

        GetPortfolioSummaryRequest Filter()
        {
            var request = asked.Clone();
            request.Query.Filter = new() { Minerals = { "lithium" }, Investors = { "investors/investor-0001", "investors/investor-0002" } };
            return request;
        }
    }

    private static async Task<PortfolioSummary> FromJson(FedGateway gateway, GetPortfolioSummaryRequest request)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", TestIssuer.Shared.TokenFor(TestIssuer.Developer));
        var asOf = request.Query.AsOf;
        var json = await client.GetStringAsync(new Uri($"{gateway.Process.Address}/v1/portfolio:summary?query.as_of.year={asOf.Year}&query.as_of.month={asOf.Month}&query.as_of.day={asOf.Day}"));
        return new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(false)).Parse<PortfolioSummary>(json);
    }

    private static void Same(string way, PortfolioSummary expected, PortfolioSummary answer)
    {
        WrongAnswerException.ThrowUnless(answer.Freshness.Count == 3, $"{way} does not report the freshness of all three sources.");
        WrongAnswerException.ThrowUnless(WithoutFreshness(answer).Equals(expected), $"{way} has other figures than the read model.");
    }

    private static PortfolioSummary WithoutFreshness(PortfolioSummary summary)
    {
        var figures = summary.Clone();
        figures.Freshness.Clear();
        return figures;
    }
}
