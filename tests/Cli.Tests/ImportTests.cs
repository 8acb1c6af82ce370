using Mining.Cli.Import;
using Mining.Cli.Tests.Fakes;

namespace Mining.Cli.Tests;

/// <summary>The set-up of every import test: a gateway, a folder, and an import without a progress report.</summary>
public abstract class ImportTests : IAsyncLifetime, IDisposable
{
    private FakeGateway? gateway;

    private protected FakeGateway Gateway => gateway!;

    private protected FakeMesh Mesh => Gateway.Mesh;

    private protected CsvFolder Folder { get; } = new();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => gateway = await FakeGateway.Start();

    public async ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        await Gateway.DisposeAsync();
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder.Path))
            Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<ImportReport> Import(IProgress<ImportProgress>? progress = null) => Import(Folder.Path, progress);

    private protected Task<ImportReport> Import(string directory, IProgress<ImportProgress>? progress = null) =>
        DirectoryImport.Run(Gateway.Invoker, directory, progress ?? new Nobody(), Cancellation);

    private sealed class Nobody : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
        }
    }
}
