using System.Reflection;
using DbUp.Builder;
using DbUp.Engine;

namespace Mining.Platform.Storage;

/// <summary>A dated migration script.</summary>
/// <param name="Name">Resource name, for example <c>Mining.Projects.Migrations.SqlServer.2026-11-22-2-projects.sql</c>.</param>
/// <param name="Sql">The SQL text.</param>
public sealed record Migration(string Name, string Sql);

/// <summary>
/// The migration scripts for one kind of database, run by DbUp: the platform's, then the service's own, each once and in order.
/// </summary>
/// <param name="target">The target database.</param>
/// <param name="folder">The folder of the scripts, <c>Sqlite</c> or <c>SqlServer</c>.</param>
internal sealed class Migrations(Func<UpgradeEngineBuilder> target, string folder)
{
    private readonly string mark = $".Migrations.{folder}.";

    /// <summary>All scripts.</summary>
    public IReadOnlyList<Migration> All(Assembly service) =>
        [.. Engines(service).SelectMany(engine => engine.GetDiscoveredScripts()).Select(ToMigration)];

    /// <summary>The scripts that have not been run. Reads the journal without creating it.</summary>
    public IReadOnlyList<Migration> Pending(Assembly service) =>
        [.. Engines(service).SelectMany(engine => engine.GetScriptsToExecute()).Select(ToMigration)];

    /// <summary>Runs the pending scripts and reports each. Returns the first failure, or null.</summary>
    public DatabaseUpgradeResult? Run(Assembly service, string? before, Action<string> ran)
    {
        foreach (var engine in Engines(service, before))
        {
            var result = engine.PerformUpgrade();
            foreach (var script in result.Scripts)
                ran(script.Name);
            if (!result.Successful)
                return result;
        }

        return null;
    }

    /// <summary>One engine per assembly, so that script names contain the assembly.</summary>
    private IEnumerable<UpgradeEngine> Engines(Assembly service, string? before = null) =>
        ((Assembly[])[typeof(Migrations).Assembly, service]).Select(assembly => target()
            .WithScriptsEmbeddedInAssembly(assembly, name => IsMeant(name, before))
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build());

    private bool IsMeant(string name, string? before) =>
        name.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0
        && (before is null || string.CompareOrdinal(name[(at + mark.Length)..], before) < 0);

    private static Migration ToMigration(SqlScript script) => new(script.Name, script.Contents);
}
