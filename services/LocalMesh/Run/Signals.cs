using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mining.LocalMesh.Run;

/// <summary>Asks a process to end, as Ctrl+C or an init system would.</summary>
internal static partial class Signals
{
    private const int Sigint = 2;
    private const int Sigterm = 15;

    /// <summary>
    /// A shell starts what runs in the background with SIGINT ignored, and the runtime respects that: nobody could stop such a
    /// mesh by it. So it is set back before anything listens for it.
    /// </summary>
    public static void HeedInterrupts()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetHandler(Sigint, 0);
    }

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

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
