using System.CommandLine;
using Mining.LocalMesh.Run;
using Mining.LocalMesh.Sidecar;

var root = new RootCommand("Runs the mesh on one machine for development.")
{
    RunCommand.Create(),
    SidecarCommand.Create(),
    IssuerCommand.Create(),
};

// The host of each command handles Ctrl+C and SIGTERM itself; a second handler would race with it.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
