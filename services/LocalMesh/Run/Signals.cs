using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mining.LocalMesh.Run;

/// <summary>Asks a process to end, as Ctrl+C or an init system would.</summary>
internal static partial class Signals
{
    private const int Sigterm = 15;

    /// <summary>Sends SIGTERM; where there are no signals the process is ended at once.</summary>
    public static void Terminate(Process process)
    {
        if (process.HasExited)
            return;
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            _ = Kill(process.Id, Sigterm);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
