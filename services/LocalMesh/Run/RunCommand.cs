using System.CommandLine;

namespace Mining.LocalMesh.Run;

/// <summary><c>run</c>: the whole mesh on this machine.</summary>
internal static class RunCommand
{
    private const int DefaultPortBase = 18_000;
    private const int HighestPortBase = 65_000;

    public static Command Create()
    {
        var portBase = new Option<int>("--port-base") { Description = "The gateway's port; the other ports follow it", DefaultValueFactory = _ => DefaultPortBase };
        portBase.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1_024 or > HighestPortBase)
                result.AddError($"--port-base must be 1024 to {HighestPortBase}.");
        });
        var data = new Option<DirectoryInfo?>("--data") { Description = "A folder of CSV files to load instead of the sample" };
        data.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<DirectoryInfo?>() is { Exists: false } missing)
                result.AddError($"--data: there is no folder {missing.FullName}.");
        });
        var fresh = new Option<bool>("--fresh") { Description = "Begin with empty databases" };
        var noSample = new Option<bool>("--no-sample") { Description = "Load no data" };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where databases and logs lie",
            DefaultValueFactory = _ => new DirectoryInfo(".mesh"),
        };
        var sqlServer = new Option<string?>("--sqlserver")
        {
            Description = "Keep the databases on this SQL Server, as mining_projects and so on; a connection string without a database",
        };
        sqlServer.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && DatabasesOnServer.ProblemOf(given) is { } problem)
                result.AddError($"--sqlserver: {problem}");
        });
        var dapr = new Option<bool>("--dapr")
        {
            Description = "Use Dapr's own sidecars and a Redis instead of the local sidecar, as in production; needs daprd and redis-server",
        };
        dapr.Validators.Add(result =>
        {
            if (!result.GetValueOrDefault<bool>())
                return;
            if (InstalledPrograms.FindDaprd() is null)
                result.AddError($"--dapr: {InstalledPrograms.HowToGetDaprd}");
            if (InstalledPrograms.FindOnPath("redis-server") is null)
                result.AddError($"--dapr: {InstalledPrograms.HowToGetRedis}");
        });
        var command = new Command("run", "Starts the sidecar and the four services, loads the sample on the first start, and shows the portfolio.")
        {
            portBase, fresh, data, noSample, folder, sqlServer, dapr,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(fresh) && result.GetValue(sqlServer) is not null)
                result.AddError("--fresh does not go with --sqlserver: databases on a server are dropped by hand (mining_projects, mining_investors, mining_refining, mining_gateway).");
        });
        command.SetAction((parse, _) => new LocalMeshRun(
            new RunOptions(
                parse.GetValue(portBase),
                parse.GetValue(folder)!.FullName,
                parse.GetValue(data)?.FullName ?? Path.Combine(AppContext.BaseDirectory, "Sample"),
                parse.GetValue(fresh),
                !parse.GetValue(noSample),
                parse.GetValue(sqlServer),
                parse.GetValue(dapr) ? new DaprPrograms(InstalledPrograms.FindDaprd()!, InstalledPrograms.FindOnPath("redis-server")!) : null),
            Console.Out,
            TimeProvider.System).Run());
        return command;
    }
}
