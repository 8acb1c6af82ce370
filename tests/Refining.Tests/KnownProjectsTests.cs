// At stake: no reservation for a missing project, and none refused only because projects is down. Tested on the service as a real process
// whose projects service is unreachable, with deliveries as from a sidecar.
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mining.Changes.V1;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using Decimal = Google.Type.Decimal;

namespace Mining.Refining.Tests;

public sealed class KnownProjectsTests() : KnownProjectsSuite(TestStorage.Sqlite);

public sealed class KnownProjectsOnSqlServerTests() : KnownProjectsSuite(TestStorage.SqlServer);

public abstract class KnownProjectsSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    /// <summary>The sidecar's side of the delivery; Dapr's packages contain only the app's.</summary>
    private static readonly Method<TopicEventRequest, TopicEventResponse> OnTopicEvent = new(
        MethodType.Unary,
        AppCallback.Descriptor.FullName,
        "OnTopicEvent",
        Marshallers.Create(request => request.ToByteArray(), TopicEventRequest.Parser.ParseFrom),
        Marshallers.Create(response => response.ToByteArray(), TopicEventResponse.Parser.ParseFrom));

    [Fact]
    public async Task While_projects_is_down_only_known_projects_are_accepted_even_after_a_power_cut()
    {
        var nobody = $"http://127.0.0.1:{ServiceProcess.FreePort()}";
        await using var refining = new ServiceProcess("refining", new Dictionary<string, string> { ["Mesh__Services__projects"] = nobody }, storage);
        await refining.Start();
        var client = new RefiningService.RefiningServiceClient(refining.Channel);
        await client.CreateFacilityAsync(new()
        {
            FacilityId = "refinery",
            Facility = new Facility
            {
                DisplayName = "A refinery",
                Country = "FR",
                Capacities = { new Capacity { Mineral = "tin", TonnesPerYear = new Decimal { Value = "10" } } },
            },
        });
        await Refused.By(async () => await Reserve("before"), StatusCode.Unavailable, "PROJECTS_UNREACHABLE");

        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{refining.DeliveryPort}");
        var change = new Change { Source = "projects", LogId = "log", Sequence = 7, Version = 1, Resource = "projects/mine", State = Any.Pack(new Projects.V1.Project()) };
        var delivery = new TopicEventRequest { Topic = "projects.changes", Type = Change.Descriptor.FullName, Data = change.ToByteString() };
        var answer = await channel.CreateCallInvoker().AsyncUnaryCall(OnTopicEvent, null, new CallOptions(deadline: DateTime.MaxValue), delivery);
        Assert.Equal(TopicEventResponse.Types.TopicEventResponseStatus.Success, answer.Status);
        Assert.Equal("projects/mine", (await Reserve("heard")).Project);

        await refining.Kill();
        await refining.Start();
        Assert.Equal("projects/mine", (await Reserve("after")).Project);
        Assert.Equal(2, (await client.ListReservationsAsync(new())).Reservations.Count);

        async Task<Reservation> Reserve(string id) => await client.ReserveCapacityAsync(new()
        {
            ReservationId = id,
            Reservation = new Reservation
            {
                Facility = "facilities/refinery",
                Project = "projects/mine",
                Mineral = "tin",
                TonnesPerYear = new Decimal { Value = "5" },
                FromYear = 2030,
                ToYear = 2031,
            },
        });
    }
}
