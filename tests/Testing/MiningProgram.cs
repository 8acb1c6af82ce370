namespace Mining.Testing;

/// <summary>The command line as a process, from the folder that it shares with the services in tests.</summary>
public static class MiningProgram
{
    /// <summary>
    /// The arguments of <c>dotnet</c> that run it. Libraries that it shares with the services come from their framework, which its own runtime
    /// configuration does not name.
    /// </summary>
    public static string[] Arguments(params IEnumerable<string> arguments) =>
    [
        "exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "Mining.Gateway.runtimeconfig.json"),
        Path.Combine(AppContext.BaseDirectory, "mining.dll"), .. arguments,
    ];
}
