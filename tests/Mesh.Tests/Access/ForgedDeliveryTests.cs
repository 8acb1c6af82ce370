// At stake: only services may change a figure. An attacker who knows everything but the keys, and then one who even has the sidecar's
// token, sends forged and old events to every address; on real processes.
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;
using Money = Google.Type.Money;

namespace Mining.Mesh.Tests.Access;

public sealed class ForgedDeliveryTests(MatrixMesh matrix) : IClassFixture<MatrixMesh>
{
    /// <summary>The sidecar's side of the delivery; Dapr's packages contain only the app's.</summary>
    private static readonly Method<TopicEventRequest, TopicEventResponse> OnTopicEvent = new(
        MethodType.Unary,
        AppCallback.Descriptor.FullName,
        "OnTopicEvent",
        Marshallers.Create(request => request.ToByteArray(), TopicEventRequest.Parser.ParseFrom),
        Marshallers.Create(response => response.ToByteArray(), TopicEventResponse.Parser.ParseFrom));

    private readonly MeshProcesses mesh = matrix.Mesh;

    [Fact]
    public async Task Neither_a_forged_nor_a_repeated_delivery_changes_a_figure()
    {
        await mesh.ProjectsClient.CreateProjectAsync(new() { ProjectId = "dig", Project = new Project { DisplayName = "Dig", Country = "FR", Kinds = { ProjectKind.Mining } } });
        await mesh.InvestorsClient.CreateInvestorAsync(new() { InvestorId = "bank", Investor = new Investor { DisplayName = "Bank", Country = "FR", Kind = InvestorKind.Fund } });
        await mesh.InvestorsClient.CreateCommitmentAsync(new() { CommitmentId = "loan", Commitment = Loan(5) });
        await mesh.InvestorsClient.UpdateCommitmentAsync(new() { Commitment = new Commitment { Name = "commitments/loan", Amount = Euros(9) } });
        await mesh.CaughtUp();
        Assert.Equal(9, await Pledged());
        var first = await FirstVersion();

        var forged = first.Clone();
        var state = forged.State.Unpack<Commitment>();
        (state.Amount, state.Version) = (Euros(1_000_000), 99);
        (forged.State, forged.Version, forged.Sequence) = (Google.Protobuf.WellKnownTypes.Any.Pack(state), 99, first.Sequence + 50);

        // Without a token, no address accepts anything.
        foreach (var (address, token) in (IEnumerable<(string, string?)>)
            [(Deliveries, null), (Deliveries, "a guess"), (mesh.Gateway.Address, null), (mesh.Gateway.Address, MeshProcesses.AppApiToken)])
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => Deliver(address, token, forged));
            Assert.NotEqual(StatusCode.OK, refused.StatusCode);
        }

        // An old delivery of the real sidecar is accepted when replayed, and changes nothing.
        Assert.Equal(TopicEventResponse.Types.TopicEventResponseStatus.Success, (await Deliver(Deliveries, MeshProcesses.AppApiToken, first)).Status);
        // Nor does one of another log, even with the token: it is dead-lettered or ignored.
        forged.LogId = "another";
        await Deliver(Deliveries, MeshProcesses.AppApiToken, forged);
        await mesh.CaughtUp();
        Assert.Equal(9, await Pledged());
    }

    private string Deliveries => $"http://127.0.0.1:{mesh.Gateway.DeliveryPort}";

    private static Money Euros(long units) => new() { CurrencyCode = "EUR", Units = units };

    private static Commitment Loan(long units) => new()
    {
        Investor = "investors/bank",
        Project = "projects/dig",
        Instrument = Instrument.Loan,
        CurrencyCode = "EUR",
        Amount = Euros(units),
    };

    private static async Task<TopicEventResponse> Deliver(string address, string? token, Change change)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var headers = new Metadata();
        if (token is not null)
            headers.Add("dapr-api-token", token);
        var request = new TopicEventRequest
        {
            Id = change.EventId,
            Source = change.Source,
            Type = Change.Descriptor.FullName,
            Topic = $"{change.Source}.changes",
            PubsubName = "mesh-pubsub",
            Data = change.ToByteString(),
        };
        return await channel.CreateCallInvoker().AsyncUnaryCall(OnTopicEvent, null, new CallOptions(headers), request).ResponseAsync;
    }

    private async Task<long> Pledged() => (await mesh.Portfolio.GetPortfolioSummaryAsync(new() { Query = new() { Filter = new() { Projects = { "projects/dig" } } } }))
        .AllProjects.Single(table => table.Measure == Measure.Pledged).Total.Units;

    /// <summary>The first state of the commitment, as in the feed.</summary>
    private async Task<Change> FirstVersion()
    {
        using var feed = mesh.Feed.ReadChanges(new() { Source = "investors" });
        while (await feed.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (feed.ResponseStream.Current.Changes.FirstOrDefault(change => change is { Resource: "commitments/loan", Version: 1 }) is { } found)
                return found;
        }

        throw new InvalidOperationException("The feed does not contain it.");
    }
}
