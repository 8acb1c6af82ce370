// At stake: a joint decision must not be taken with fewer approvals than the partnership requires just because investors is unreachable;
// and other changes need no approval. On the service as a real process, without investors.
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mining.LocalMesh.Identity;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Projects.Tests;

public sealed class ProposalTests() : ProposalSuite(TestStorage.Sqlite);

public sealed class ProposalOnSqlServerTests() : ProposalSuite(TestStorage.SqlServer);

public abstract class ProposalSuite(TestStorage storage) : IAsyncLifetime
{
    private readonly ServiceProcess projects = new(
        "projects",
        new Dictionary<string, string> { ["Mesh__Services__investors"] = $"http://127.0.0.1:{ServiceProcess.FreePort()}" },
        storage.SkipUnlessAvailable());

    public async ValueTask InitializeAsync() => await projects.Start();

    public async ValueTask DisposeAsync()
    {
        await projects.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Without_the_investors_service_proposals_are_refused_and_other_calls_succeed()
    {
        var made = await new ProjectService.ProjectServiceClient(projects.Channel).CreateProjectAsync(new()
        {
            ProjectId = "mine",
            Project = new() { DisplayName = "A mine", Country = "FR", Kinds = { ProjectKind.Mining }, Stage = Stage.Permitting, Parties = { "EU", "US" } },
        });
        using var channel = TestIssuer.Channel(projects.Address, Persona.All.Single(persona => persona.Name == "eu-officer"));
        var move = new ChangeStageRequest { Name = made.Name, Stage = Stage.Financing, Reason = "decided" };
        var raise = new RaiseProposalRequest { Command = Any.Pack(move), Reason = "Let us." };
        await Refused.By(
            () => new ProposalService.ProposalServiceClient(channel).RaiseProposalAsync(raise).ResponseAsync, StatusCode.Unavailable, "INVESTORS_UNREACHABLE");

        var client = new ProjectService.ProjectServiceClient(channel);
        var status = await Refused.By(() => client.ChangeStageAsync(move).ResponseAsync, StatusCode.FailedPrecondition, "JOINT_DECISION_NEEDED");
        Assert.Equal(
            $"Moving the joint project {made.Name} to financing needs the approval of US; local:eu-officer acts for EU. "
            + "Raise a proposal: ProposalService.RaiseProposal, or 'mining proposals raise'.",
            status.Message);
        Assert.Equal(Stage.Feasibility, (await client.ChangeStageAsync(new() { Name = made.Name, Stage = Stage.Feasibility, Reason = "one step back" })).Stage);
        // A caller for both sides needs no approval.
        Assert.Equal(Stage.Financing, (await new ProjectService.ProjectServiceClient(projects.Channel).ChangeStageAsync(move)).Stage);
    }
}
