using System.Reflection;
using Mining.Platform.Storage;

namespace Mining.Sql.Tests.Schema;

/// <summary>The migrations embedded in the assemblies.</summary>
public static class Scripts
{
    /// <summary>The scripts for SQL Server: the platform's, then the service's own, in execution order.</summary>
    public static IReadOnlyList<Migration> SqlServer(Assembly service) => Of(service, "SqlServer");

    /// <summary>The scripts for one kind of database.</summary>
    public static IReadOnlyList<Migration> Of(Assembly service, string folder) =>
        [.. from assembly in (Assembly[])[typeof(Database).Assembly, service]
            from name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal)
            where name.Contains($".Migrations.{folder}.", StringComparison.Ordinal)
            select new Migration(name, Read(assembly, name))];

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
