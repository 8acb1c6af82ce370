using System.CommandLine;
using System.Runtime.InteropServices;
using Mining.LocalMesh.Identity;

namespace Mining.LocalMesh.Run;

/// <summary><c>issuer</c>: the issuer of tokens alone, for a mesh that somebody else starts, such as <c>dapr run -f .</c>.</summary>
internal static class IssuerCommand
{
    public static Command Create()
    {
        var portBase = new Option<int>("--port-base") { Description = "The gateway's port; the issuer's follows it", DefaultValueFactory = _ => 18_000 };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where the key and the services' tokens lie",
            DefaultValueFactory = _ => new DirectoryInfo(".mesh"),
        };
        var command = new Command("issuer", "Issues tokens to the services and to callers of this machine until it is told to stop.") { portBase, folder };
        command.SetAction((parse, _) => Run(new MeshLayout(parse.GetValue(portBase), parse.GetValue(folder)!.FullName), TimeProvider.System));
        return command;
    }

    /// <summary>Writes each service's token anew long before it ends.</summary>
    public static async Task KeepTokensFresh(MeshLayout layout, DevelopmentIssuer issuer, TimeProvider time, CancellationToken ending)
    {
        while (true)
        {
            await Task.Delay(DevelopmentIssuer.Lifetime / 3, time, ending);
            WriteTokens(layout, issuer);
        }
    }

    /// <summary>Gives each service the token by which the others know it.</summary>
    public static void WriteTokens(MeshLayout layout, DevelopmentIssuer issuer)
    {
        foreach (var service in MeshLayout.Services)
            issuer.WriteToken(service, layout.TokenFile(service));
    }

    private static async Task<int> Run(MeshLayout layout, TimeProvider time)
    {
        using var ending = new CancellationTokenSource();
        Signals.HeedInterrupts();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Directory.CreateDirectory(layout.Identity);
        await using var issuer = await DevelopmentIssuer.Start(layout.IssuerPort, layout.Identity, time);
        WriteTokens(layout, issuer);
        await Console.Out.WriteLineAsync($"Issues tokens on {issuer.Address}; those of the services are in {layout.Identity}");
        try
        {
            await KeepTokensFresh(layout, issuer, time, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }

        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
    }
}
