// At stake: no commitment to a missing project, and none refused for an existing one. Investors learns about projects from the projects
// service's changes, and asks that service about an unknown one. On real processes; deliveries arrive as from the sidecar.
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Testing;
using Xunit;
using Status = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace Mining.Investors.Tests;

public sealed class KnownProjectTests(InvestorsOnSqlite investors) : KnownProjectSuite(TestStorage.Sqlite, investors);

public sealed class KnownProjectOnSqlServerTests(InvestorsOnSqlServer investors) : KnownProjectSuite(TestStorage.SqlServer, investors);

public abstract class KnownProjectSuite(TestStorage storage, InvestorsProcess investors)
{
    private readonly InvestorsProcess investors = investors.SkipUnlessAvailable();

    /// <summary>The sidecar's side of the callback: the package contains only the server's side.</summary>
    private static readonly Method<TopicEventRequest, TopicEventResponse> OnTopicEvent = new(
        MethodType.Unary,
        "dapr.proto.runtime.v1.AppCallback",
        "OnTopicEvent",
        new Marshaller<TopicEventRequest>(message => message.ToByteArray(), TopicEventRequest.Parser.ParseFrom),
        new Marshaller<TopicEventResponse>(message => message.ToByteArray(), TopicEventResponse.Parser.ParseFrom));

    [Fact]
    public async Task A_commitment_to_a_missing_project_is_refused()
    {
        var loan = await investors.Loan();
        loan.Project = "projects/nowhere";
        var status = await Refused.By(
            async () => await investors.Client.CreateCommitmentAsync(new() { CommitmentId = InvestorsProcess.NextId(), Commitment = loan }),
            StatusCode.FailedPrecondition,
            "PROJECT_NOT_FOUND");
        Assert.Equal("projects/nowhere", status.GetDetail<Google.Rpc.PreconditionFailure>()!.Violations.Single().Subject);
    }

    [Fact]
    public async Task While_the_projects_service_is_down_only_delivered_projects_are_known()
    {
        var nobody = $"http://127.0.0.1:{ServiceProcess.FreePort()}";
        await using var process = new ServiceProcess("investors", new Dictionary<string, string> { ["Mesh__Services__projects"] = nobody }, storage);
        await process.Start();
        var client = new InvestorService.InvestorServiceClient(process.Channel);
        await client.CreateInvestorAsync(new() { InvestorId = "bank", Investor = InvestorsProcess.Bank() });
        var request = new CreateCommitmentRequest
        {
            CommitmentId = "loan",
            Commitment = new Commitment { Investor = "investors/bank", Project = "projects/delivered", Instrument = Instrument.Loan, CurrencyCode = "EUR" },
        };
        await Refused.By(async () => await client.CreateCommitmentAsync(request), StatusCode.Unavailable, "PROJECTS_UNREACHABLE");

        Assert.Equal(Status.Success, await Deliver(process, "projects/delivered"));
        Assert.Equal("commitments/loan", (await client.CreateCommitmentAsync(request)).Name);

        // A project used by a command is remembered over a power cut.
        await process.Kill();
        await process.Start();
        request.CommitmentId = "second";
        Assert.Equal("commitments/second", (await client.CreateCommitmentAsync(request)).Name);
    }

    [Fact]
    public async Task A_project_delivered_just_before_a_stop_is_known_after_the_restart()
    {
        var nobody = $"http://127.0.0.1:{ServiceProcess.FreePort()}";
        await using var process = new ServiceProcess("investors", new Dictionary<string, string> { ["Mesh__Services__projects"] = nobody }, storage);
        await process.Start();
        string[] seen = ["projects/first", "projects/second"];
        foreach (var project in seen)
            Assert.Equal(Status.Success, await Deliver(process, project));
        await process.Stop();

        await process.Start();
        var client = new InvestorService.InvestorServiceClient(process.Channel);
        await client.CreateInvestorAsync(new() { InvestorId = "bank", Investor = InvestorsProcess.Bank() });
        foreach (var project in seen)
        {
            var commitment = new Commitment { Investor = "investors/bank", Project = project, Instrument = Instrument.Loan, CurrencyCode = "EUR" };
            Assert.Equal(project, (await client.CreateCommitmentAsync(new() { CommitmentId = InvestorsProcess.NextId(), Commitment = commitment })).Project);
        }
    }

    [Fact]
    public async Task A_duplicate_delivery_is_accepted()
    {
        Assert.Equal(Status.Success, await Deliver(investors.Process, "projects/twice"));
        Assert.Equal(Status.Success, await Deliver(investors.Process, "projects/twice"));
    }

    private static async Task<Status> Deliver(ServiceProcess process, string project)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{process.DeliveryPort}");
        var change = new Change
        {
            Source = "projects",
            LogId = "log",
            Sequence = 1,
            EventId = "log-1",
            Resource = project,
            Version = 1,
            State = Any.Pack(new Projects.V1.Project { Name = project }),
        };
        var delivery = new TopicEventRequest
        {
            Id = change.EventId,
            Source = change.Source,
            Type = Change.Descriptor.FullName,
            Topic = "projects.changes",
            PubsubName = "mesh-pubsub",
            Data = change.ToByteString(),
        };
        return (await channel.CreateCallInvoker().AsyncUnaryCall(OnTopicEvent, null, default, delivery)).Status;
    }
}
