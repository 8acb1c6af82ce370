using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Mining.Primitives.Settings;

namespace Mining.Platform.Storage;

/// <summary>
/// The <c>migrate</c> command of each service: migrates the schema and exits. With <c>--dry-run</c> it prints the scripts that it would run
/// and changes nothing.
/// </summary>
public static class MigrateCommand
{
    private const string Verb = "migrate";
    private const string DryRun = "--dry-run";

    /// <summary>Whether the command line is a <c>migrate</c> command.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> args) => args.Count > 0 && args[0] == Verb;

    /// <summary>The configuration arguments of the command line.</summary>
    public static string[] Settings(IReadOnlyList<string> args) => [.. args.Skip(1).Where(argument => argument != DryRun)];

    /// <summary>Runs the command.</summary>
    /// <exception cref="DatabaseUnusableException">A script failed, or the database cannot be opened.</exception>
    /// <exception cref="MisconfiguredException">The command line contains an unknown argument.</exception>
    public static void Run(IReadOnlyList<string> args, Database database, Assembly service, TextWriter console, ILogger log)
    {
        if (Settings(args).FirstOrDefault(argument => !argument.Contains('=', StringComparison.Ordinal)) is { } unknown)
            throw new MisconfiguredException($"{Verb} does not accept '{unknown}', only {DryRun} and settings such as --ConnectionStrings:Database=….");
        if (args.Contains(DryRun))
        {
            Show(database, service, console);
            return;
        }

        database.Migrate(service);
        log.LogInformation("The schema is up to date");
    }

    private static void Show(Database database, Assembly service, TextWriter console)
    {
        IReadOnlyList<Migration> pending;
        try
        {
            pending = database.Pending(service);
        }
        catch (DbException exception)
        {
            throw new DatabaseUnusableException($"The database cannot be read ({exception.Message}). {database.OperatorHint(exception)}".TrimEnd(), exception);
        }

        foreach (var migration in pending)
            console.WriteLine($"-- {migration.Name}\n{migration.Sql.TrimEnd()}\n");
        console.WriteLine(pending.Count == 0 ? "-- Nothing to run: the schema is up to date." : $"-- {pending.Count} {(pending.Count == 1 ? "script" : "scripts")} would be run. Nothing was changed.");
    }
}
