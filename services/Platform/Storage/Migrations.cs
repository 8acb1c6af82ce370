using System.Reflection;
using DbUp.Builder;
using DbUp.Engine;

namespace Mining.Platform.Storage;

/// <summary>A dated script that changes the schema.</summary>
/// <param name="Name">Where it lies, for example <c>Mining.Projects.Migrations.SqlServer.2026-11-22-2-projects.sql</c>.</param>
/// <param name="Sql">Its text.</param>
public sealed record Migration(string Name, string Sql);

/// <summary>The dated scripts for one kind of database, run by DbUp: the platform's, then the service's own, each in order and once.</summary>
/// <param name="target">Where they are run.</param>
/// <param name="folder">The folder of the scripts, <c>Sqlite</c> or <c>SqlServer</c>.</param>
internal sealed class Migrations(Func<UpgradeEngineBuilder> target, string folder)
{
    private readonly string mark = $".Migrations.{folder}.";

    /// <summary>All scripts.</summary>
    public IReadOnlyList<Migration> All(Assembly service) =>
        [.. Engines(service).SelectMany(engine => engine.GetDiscoveredScripts()).Select(ToMigration)];

    /// <summary>The scripts that have not been run. Reads the journal, and does not make one.</summary>
    public IReadOnlyList<Migration> Pending(Assembly service) =>
        [.. Engines(service).SelectMany(engine => engine.GetScriptsToExecute()).Select(ToMigration)];

    /// <summary>Runs what has not been run; answers the first result that is not a success, or null. The scripts that ran are told.</summary>
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

    /// <summary>One for each assembly, so that a script's name says where it lies.</summary>
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
