using Mining.Cli.Shell;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.SampleFigures;

/// <summary>The tests that share <see cref="SampleMesh"/>.</summary>
[CollectionDefinition(Name)]
public sealed class SampleMeshUsers : ICollectionFixture<SampleMesh>
{
    public const string Name = "the mesh with the sample";
}

/// <summary>The mesh as processes, with the sample loaded as a person would load it. Tests only read from it.</summary>
public sealed class SampleMesh : IAsyncLifetime
{
    public static string SampleFolder => Path.Combine(AppContext.BaseDirectory, "Sample");

    public MeshProcesses Mesh { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Mesh.Start();
        await Import(Mesh, SampleFolder);
    }

    /// <summary>Imports a folder through the command line, and waits until the gateway has applied it.</summary>
    internal static async Task Import(MeshProcesses mesh, string folder)
    {
        using var output = new StringWriter();
        var context = CommandContext.ForCurrentProcess() with { Output = output, Error = output };
        var code = await MiningCommandLine.Run(["import", folder, "--address", mesh.Gateway.Address], context);
        Assert.True(code == 0, $"the import exited with {code}:\n{output}\n{mesh.Log}");
        await mesh.CaughtUp();
    }

    public async ValueTask DisposeAsync() => await Mesh.DisposeAsync();
}
