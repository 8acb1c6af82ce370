using System.Diagnostics;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.Storage;

/// <summary>
/// Ways to take disk resources away from a process, without privileges, by wrapper commands. If a system does not support one of them, the
/// test is skipped with the reason.
/// </summary>
internal static class Confinement
{
    private const string Nobody = "65534";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadAndWrite = Read | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Gives the process a file system of this size in its folder; other processes see it under <c>/proc/ID/root</c>.</summary>
    public static async Task<IReadOnlyList<string>> SmallDisk(string folder, int mebibytes)
    {
        string[] alone = ["unshare", "--user", "--map-root-user", "--mount"];
        await SkipUnlessItRuns([.. alone, "mount", "-t", "tmpfs", "tmpfs", folder], "private file systems are not allowed on this machine");
        return [.. alone, "bash", "-c", $"mount -t tmpfs -o size={mebibytes}m tmpfs \"$0\" && cd \"$0\" && exec \"$@\"", folder];
    }

    /// <summary>Writes until nothing fits any more.</summary>
    public static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[65_536, 4_096, 1])
        {
            try
            {
                while (true)
                    stream.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full for this size.
            }
        }
    }

    /// <summary>Lets the process survive the file size limit that <see cref="LimitFiles"/> sets.</summary>
    public static async Task<IReadOnlyList<string>> LimitedFiles(ServiceProcess service)
    {
        await SkipUnlessItRuns(["prlimit", "--version"], "prlimit is not installed");
        service.Set("DOTNET_EnableWriteXorExecute", "0"); // otherwise the runtime's own memory counts as a too large file
        return ["bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash"];
    }

    /// <summary>From now on no file of the process may exceed this size; null: no limit.</summary>
    public static async Task LimitFiles(ServiceProcess service, long? bytes) =>
        Assert.Equal(0, await Run(["prlimit", "--pid", $"{service.Process.Id}", $"--fsize={(bytes is { } limit ? $"{limit}" : "unlimited")}:"]));

    /// <summary>Makes permissions apply to the process: root bypasses them, so it then runs as nobody.</summary>
    public static async Task<IReadOnlyList<string>> Permissions(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
            return [];
        string[] unprivileged = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups"];
        await SkipUnlessItRuns([.. unprivileged, "test", "-r", typeof(Confinement).Assembly.Location], "only root can read the test files");
        SetWritable(folder, [folder], true);
        return unprivileged;
    }

    public static void SetWritable(string folder, IEnumerable<string> paths, bool writable)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var path in paths)
            File.SetUnixFileMode(path, (writable ? ReadAndWrite : Read) | (path == folder ? Enter : 0));
    }

    private static async Task SkipUnlessItRuns(string[] command, string reason)
    {
        var runs = false;
        try
        {
            runs = await Run(command) == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The command does not exist.
        }

        Assert.SkipUnless(runs, $"{reason}: {string.Join(' ', command)}");
    }

    private static async Task<int> Run(string[] command)
    {
        await using var process = new ChildProcess();
        process.Launch(new ProcessStartInfo(command[0], command[1..]));
        return await process.End(Timeout);
    }
}
