using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mining.LocalMesh.Run;

/// <summary>Asks a process to stop, as Ctrl+C or an init system would.</summary>
internal static partial class Signals
{
    private const int Sigint = 2;
    private const int Sigterm = 15;

    /// <summary>
    /// Restores SIGINT. A shell starts background processes with SIGINT ignored, and .NET keeps that, so the mesh could not be stopped
    /// with it. Must run before any handler is registered.
    /// </summary>
    public static void RestoreInterrupts()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetHandler(Sigint, 0);
    }

    /// <summary>Sends SIGTERM; on systems without signals the process is killed.</summary>
    public static void Terminate(Process process)
    {
        if (process.HasExited)
            return;
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            _ = Kill(process.Id, Sigterm);
    }

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
