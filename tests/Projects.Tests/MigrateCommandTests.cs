// At stake: in production the operator decides when a schema changes. The service as a real process waits, logs that, and serves once the
// migrate command of the same program has run; the dry run of that command changes nothing.
using Mining.Testing;
using Xunit;

namespace Mining.Projects.Tests;

public sealed class MigrateCommandTests() : MigrateCommandSuite(TestStorage.Sqlite);

public sealed class MigrateCommandOnSqlServerTests() : MigrateCommandSuite(TestStorage.SqlServer);

public abstract class MigrateCommandSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    [Fact]
    public async Task A_service_that_may_not_migrate_serves_once_the_migrate_command_has_run()
    {
        await using var service = new ServiceProcess("projects", new Dictionary<string, string> { ["Mesh__Migrate"] = "false" }, storage);
        service.Launch();
        await Eventually.True(
            () => Task.FromResult(service.Log.Contains("Waiting for the schema", StringComparison.Ordinal)), otherwise: () => service.Log);

        var (code, _) = await service.Run("migrate");
        Assert.Equal(0, code);
        await service.Serving();
        Assert.Equal(0, await service.Stop());
    }

    [Fact]
    public async Task A_dry_run_prints_the_scripts_and_changes_nothing()
    {
        await using var service = new ServiceProcess("projects", storage: storage);
        for (var i = 0; i < 2; i++)
        {
            // The second time too: the dry run has created neither a database nor a part of one.
            var (code, written) = await service.Run("migrate", "--dry-run");
            Assert.Equal(0, code);
            Assert.Contains("CREATE TABLE change_log", written, StringComparison.Ordinal);
            Assert.Contains("CREATE TABLE project (", written, StringComparison.Ordinal);
            Assert.Contains("Nothing was changed.", written, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(service.Folder, "*.db*"));
        }

        Assert.Equal(0, (await service.Run("migrate")).ExitCode);
        Assert.Contains("the schema is up to date", (await service.Run("migrate", "--dry-run")).Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_argument_is_refused()
    {
        await using var service = new ServiceProcess("projects", storage: storage);
        var (code, written) = await service.Run("migrate", "--dryrun");
        Assert.Equal(2, code);
        Assert.Contains("--dry-run", written, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(service.Folder, "*.db*"));
    }

    [Fact]
    public async Task A_setting_that_is_neither_true_nor_false_is_refused()
    {
        await using var service = new ServiceProcess("projects", new Dictionary<string, string> { ["Mesh__Migrate"] = "maybe" }, storage);
        var (code, written) = await service.Run();
        Assert.Equal(2, code);
        Assert.Contains("Mesh__Migrate must be true or false, but is 'maybe'.", written, StringComparison.Ordinal);
    }
}
