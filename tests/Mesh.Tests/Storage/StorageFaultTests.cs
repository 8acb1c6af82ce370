// At stake: a full disk, or a file that cannot be written or is damaged. Callers get a named error, operators one line that says what to
// do, no acknowledged write is lost, and the service continues once the cause is gone. Tested on a real process whose disk is limited from
// outside: by a small file system, a file size limit, permissions, and bytes written over its file.
using Grpc.Core;
using Grpc.Health.V1;
using Mining.Changes.V1;
using Mining.Projects.V1;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Storage;

public sealed class StorageFaultTests : IAsyncLifetime
{
    private const string Full = "The disk is full: free some space";
    private const string NotWritable = "The database file or its folder cannot be written";
    private const string Damaged = "The database file is damaged: stop the service and restore it from a backup";
    private const string NoAnswer = "The disk reports input or output errors";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ServiceProcess service = new("projects");
    private readonly List<string> acknowledged = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task On_a_full_disk_writes_are_refused_and_reads_succeed_until_space_is_free()
    {
        service.Wrapper = await Confinement.SmallDisk(service.Folder, mebibytes: 8);
        await service.Start();
        await Create("before");
        var disk = $"/proc/{service.Process.Id}/root{service.Folder}";
        Confinement.Fill(Path.Combine(disk, "filler"));

        var refused = await CreateUntilRefused();
        Assert.Contains(Full, service.Log, StringComparison.Ordinal);
        Assert.Equal("projects/before", (await Client.GetProjectAsync(new() { Name = "projects/before" })).Name);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await new Health.HealthClient(service.Channel).CheckAsync(new())).Status);

        File.Delete(Path.Combine(disk, "filler"));
        await Create(refused);
        await EveryAcknowledgedWriteExistsOnce();
    }

    [Fact]
    public async Task At_a_file_size_limit_writes_are_refused_and_nothing_is_lost_over_a_restart()
    {
        service.Wrapper = await Confinement.LimitedFiles(service);
        await service.Start();
        for (var i = 0; i < 5; i++)
            await Create($"before-{i}");
        await Confinement.LimitFiles(service, new FileInfo(Database + "-wal").Length + 1_000);

        var refused = await CreateUntilRefused();
        Assert.Contains(NoAnswer, service.Log, StringComparison.Ordinal);
        await service.Kill();
        await service.Start();
        await Create(refused);
        await EveryAcknowledgedWriteExistsOnce();

        await Confinement.LimitFiles(service, new FileInfo(Database + "-wal").Length + 1_000);
        refused = await CreateUntilRefused();
        await Confinement.LimitFiles(service, null);
        await Create(refused); // by itself, without a restart
        await EveryAcknowledgedWriteExistsOnce();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public async Task A_read_only_database_at_the_start_ends_the_process_with_a_message(string what)
    {
        service.Wrapper = await Confinement.Permissions(service.Folder);
        await service.Start();
        await Create("before");
        await service.Kill();

        Confinement.SetWritable(service.Folder, what == "file" ? Files : [service.Folder, .. Files], false);
        await ExitsWithMessage(NotWritable);
        Confinement.SetWritable(service.Folder, [service.Folder, .. Files], true);
        await service.Start();
        await Create("after");
        await EveryAcknowledgedWriteExistsOnce();
    }

    [Fact]
    public async Task An_open_file_that_loses_its_permissions_stays_writable_until_the_next_start_reports_it()
    {
        service.Wrapper = await Confinement.Permissions(service.Folder);
        await service.Start();
        await Create("before");

        // Permissions are checked when a file is opened: an open file stays usable.
        Confinement.SetWritable(service.Folder, Files, false);
        await Create("meanwhile");
        await service.Kill();
        await ExitsWithMessage(NotWritable);

        Confinement.SetWritable(service.Folder, Files, true);
        await service.Start();
        await Create("after");
        await EveryAcknowledgedWriteExistsOnce();
    }

    [Fact]
    public async Task A_damaged_database_at_the_start_ends_the_process_with_a_message()
    {
        await service.Start();
        await Create("before");
        await service.Kill();
        var backup = Files.ToDictionary(file => file, File.ReadAllBytes);

        foreach (var file in Files)
            await File.WriteAllBytesAsync(file, "this is no database, and long enough to be taken for one"u8.ToArray());
        await ExitsWithMessage(Damaged);

        await Restore(backup);
        await EveryAcknowledgedWriteExistsOnce();
    }

    [Fact]
    public async Task A_database_damaged_in_use_refuses_calls_and_recovers_from_its_backup()
    {
        await service.Start();
        for (var i = 0; i < 50; i++)
            await Create($"before-{i}");
        await service.Kill();
        var backup = Files.ToDictionary(file => file, File.ReadAllBytes);
        await service.Start();

        foreach (var file in Files.Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            Overwrite(file);
        await Refused.By(() => Create("meanwhile"), StatusCode.Unavailable, "STORAGE_UNAVAILABLE");
        await Refused.By(
            async () => await Client.ListProjectsAsync(new() { PageSize = 1_000 }), StatusCode.Unavailable, "STORAGE_UNAVAILABLE");
        Assert.Contains(Damaged, service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected error", service.Log, StringComparison.Ordinal);

        await service.Kill();
        await Restore(backup);
        await Create("meanwhile");
        await EveryAcknowledgedWriteExistsOnce();
    }

    private ProjectService.ProjectServiceClient Client => new(service.Channel);

    private string Database => Path.Combine(service.Folder, "projects.db");

    /// <summary>The database and the files beside it.</summary>
    private string[] Files => Directory.GetFiles(service.Folder, "projects.db*");

    /// <summary>
    /// Writes random bytes over everything after the first page, in place, so that a process with the file open reads them.
    /// </summary>
    private static void Overwrite(string file)
    {
        const int firstPage = 4_096;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Math.Max(0, stream.Length - firstPage)];
        new Random(1).NextBytes(bytes);
        stream.Position = firstPage;
        stream.Write(bytes);
    }

    private async Task Create(string id)
    {
        var name = (await Client.CreateProjectAsync(new()
        {
            ProjectId = id,
            RequestId = id,
            Project = new Project { DisplayName = new string('x', 200), Country = "FR", Kinds = { ProjectKind.Mining }, Minerals = { "lithium" } },
        })).Name;
        acknowledged.Add(name);
    }

    /// <summary>Creates until the expected refusal; returns the refused command.</summary>
    private async Task<string> CreateUntilRefused()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var id = $"more-{acknowledged.Count}";
            try
            {
                await Create(id);
            }
            catch (RpcException refusal)
            {
                await Refused.By(() => Task.FromException(refusal), StatusCode.Unavailable, "STORAGE_UNAVAILABLE");
                Assert.Contains("nothing was changed", refusal.Status.Detail, StringComparison.Ordinal);
                return id;
            }
        }

        Assert.Fail("2 000 commands were accepted without a refusal.");
        return "";
    }

    private async Task ExitsWithMessage(string hint)
    {
        var before = service.Log.Length;
        service.Launch();
        var code = await service.Process.End(Timeout);
        var said = service.Log[before..];
        Assert.True(code == 1, $"The process exited with {code}:\n{said}");
        Assert.Contains("projects cannot run.", said, StringComparison.Ordinal);
        Assert.Contains(hint, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", said, StringComparison.Ordinal);
    }

    private async Task Restore(Dictionary<string, byte[]> backup)
    {
        foreach (var file in Files)
            File.Delete(file);
        foreach (var (file, bytes) in backup)
            await File.WriteAllBytesAsync(file, bytes);
        await service.Start();
    }

    private async Task EveryAcknowledgedWriteExistsOnce()
    {
        var listed = new List<string>();
        var request = new ListProjectsRequest { PageSize = 1_000 };
        do
        {
            var page = await Client.ListProjectsAsync(request);
            listed.AddRange(page.Projects.Select(project => project.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        var chain = await new ChangeFeedService.ChangeFeedServiceClient(service.Channel).VerifyChainAsync(new());
        Assert.True(chain.Intact && chain.VerifiedCount == acknowledged.Count, $"{acknowledged.Count} were acknowledged: {chain}");
    }
}
