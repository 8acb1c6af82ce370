using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Mining.Investors.V1;
using Mining.LocalMesh.Identity;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Testing;

namespace Mining.Mesh.Tests.JointDecisions;

/// <summary>A person with their own token who calls the gateway.</summary>
internal sealed class Side(MeshProcesses mesh, Persona persona) : IDisposable
{
    private readonly GrpcChannel channel = TestIssuer.Channel(mesh.Gateway.Address, persona);

    public ProposalService.ProposalServiceClient Proposals => new(channel);

    public InvestorService.InvestorServiceClient Investors => new(channel);

    public ProjectService.ProjectServiceClient Projects => new(channel);

    public static Persona Officer(string name, string side) => new(name, "", [side], ["officer"]);

    public Task<Proposal> Raise(IMessage command, string reason) =>
        Proposals.RaiseProposalAsync(new() { Command = Any.Pack(command), Reason = reason }).ResponseAsync;

    public void Dispose() => channel.Dispose();
}
