using System.CommandLine;
using System.Runtime.InteropServices;
using Mining.LocalMesh.Identity;

namespace Mining.LocalMesh.Run;

/// <summary><c>issuer</c>: only the token issuer, for a mesh started by other means, such as <c>dapr run -f .</c>.</summary>
internal static class IssuerCommand
{
    public static Command Create()
    {
        var portBase = new Option<int>("--port-base") { Description = "Port base of the mesh", DefaultValueFactory = _ => 18_000 };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "The folder for the signing key and the services' tokens",
            DefaultValueFactory = _ => new DirectoryInfo(".mesh"),
        };
        var command = new Command("issuer", "Run only the token issuer, for the services and for callers on this machine.") { portBase, folder };
        command.SetAction((parse, _) => Run(new MeshLayout(parse.GetValue(portBase), parse.GetValue(folder)!.FullName), TimeProvider.System));
        return command;
    }

    /// <summary>Renews each service's token long before it expires.</summary>
    public static async Task RenewTokens(MeshLayout layout, DevelopmentIssuer issuer, TimeProvider time, CancellationToken ending)
    {
        while (true)
        {
            await Task.Delay(DevelopmentIssuer.Lifetime / 3, time, ending);
            WriteTokens(layout, issuer);
        }
    }

    /// <summary>Writes the token with which each service identifies itself to the others.</summary>
    public static void WriteTokens(MeshLayout layout, DevelopmentIssuer issuer)
    {
        foreach (var service in MeshLayout.Services)
            issuer.WriteToken(service, layout.TokenFile(service));
    }

    private static async Task<int> Run(MeshLayout layout, TimeProvider time)
    {
        using var ending = new CancellationTokenSource();
        Signals.RestoreInterrupts();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Directory.CreateDirectory(layout.Identity);
        await using var issuer = await DevelopmentIssuer.Start(layout.IssuerPort, layout.Identity, time);
        WriteTokens(layout, issuer);
        await Console.Out.WriteLineAsync($"Issuing tokens on {issuer.Address}; the services' tokens are in {layout.Identity}");
        try
        {
            await RenewTokens(layout, issuer, time, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The normal end: the process was asked to stop.
        }

        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
    }
}
