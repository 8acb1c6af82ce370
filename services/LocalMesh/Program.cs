using System.CommandLine;
using Mining.LocalMesh.Run;
using Mining.LocalMesh.Sidecar;

var root = new RootCommand("What a laptop runs beside the services of the mesh.")
{
    RunCommand.Create(),
    SidecarCommand.Create(),
    IssuerCommand.Create(),
};

// Each command's host ends itself on Ctrl+C and SIGTERM; a second handler would only race with it.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
