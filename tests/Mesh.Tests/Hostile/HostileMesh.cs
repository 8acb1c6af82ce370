using Google.Protobuf.Reflection;
using Mining.Changes.V1;
using Mining.Investors.V1;
using Mining.Mesh.Tests.SampleFigures;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Proposals.V1;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>A mesh with some data, and every method that it serves.</summary>
public sealed class HostileMesh : IAsyncLifetime
{
    internal static readonly MethodDescriptor[] Methods =
    [
        .. ProjectService.Descriptor.Methods, .. InvestorService.Descriptor.Methods, .. RefiningService.Descriptor.Methods,
        .. PortfolioService.Descriptor.Methods, .. ChangeFeedService.Descriptor.Methods,
        .. ProposalService.Descriptor.Methods, .. AuditService.Descriptor.Methods,
    ];

    public MeshProcesses Mesh { get; } = new();

    internal IReadOnlyDictionary<string, string[]> Names { get; private set; } = new Dictionary<string, string[]>();

    internal RawCaller Caller => new(Mesh.Channel);

    public async ValueTask InitializeAsync()
    {
        await Mesh.Start();
        await SampleMesh.Import(Mesh, SampleMesh.SampleFolder);
        var facility = new Facility { DisplayName = "Smelter", Country = "DE", Capacities = { new Capacity { Mineral = "tin", TonnesPerYear = new() { Value = "900" } } } };
        await Mesh.RefiningClient.CreateFacilityAsync(new() { FacilityId = "smelter", Facility = facility });
        await Mesh.CaughtUp();
        var sample = SampleFiles.Load(SampleMesh.SampleFolder);
        Names = new Dictionary<string, string[]>
        {
            ["mining/Project"] = [.. sample.OfType<Project>().Select(known => known.Name).Take(5).Append("projects/h-1")],
            ["mining/Investor"] = [.. sample.OfType<Investor>().Select(known => known.Name).Take(5).Append("investors/h-1")],
            ["mining/Commitment"] = [.. sample.OfType<Commitment>().Select(known => known.Name).Take(20).Concat(["commitments/h-1", "commitments/h-2"])],
            ["mining/Facility"] = ["facilities/smelter", "facilities/h-1", "facilities/h-2"],
            ["mining/Reservation"] = ["reservations/h-1", "reservations/h-2", "reservations/h-3"],
            ["mining/Partnership"] = ["partnerships/eu-us"],
        };
    }

    public async ValueTask DisposeAsync() => await Mesh.DisposeAsync();
}
