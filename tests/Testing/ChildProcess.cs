using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Mining.Testing;

/// <summary>
/// A process of a test whose output is kept. It never outlives the test: neither after a failed start nor when the test process is asked to
/// end.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();

    private readonly ConcurrentQueue<string> log = new();
    private Process? process;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Running.Keys)
            child.process?.Kill(entireProcessTree: true);
    };

    /// <summary>The output of the process so far, over all its lives.</summary>
    public string Log => string.Join('\n', log);

    /// <summary>The end of the output, for a readable message.</summary>
    public string Tail => string.Join('\n', log.TakeLast(60).Select(line => line[..Math.Min(line.Length, 400)]));

    public bool HasEnded => process is null or { HasExited: true };

    /// <summary>The exit code of the process.</summary>
    public int ExitCode => process!.ExitCode;

    public int Id => process!.Id;

    /// <summary>The current memory use of the process.</summary>
    public long WorkingSetBytes
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The peak memory use of the process.</summary>
    public long PeakWorkingSetBytes
    {
        get
        {
            process!.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts a process without waiting for anything.</summary>
    public void Launch(ProcessStartInfo start)
    {
        if (!HasEnded)
            throw new InvalidOperationException($"{start.FileName} is already running; kill it first.");
        process?.Dispose();
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        process = Process.Start(start)!;
        Running[this] = true;
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until the process ends by itself; returns its exit code.</summary>
    public async Task<int> End(TimeSpan timeout)
    {
        await process!.WaitForExitAsync().WaitAsync(timeout, TimeProvider.System);
        return process.ExitCode;
    }

    /// <summary>Asks the process to end, like an init system (SIGTERM), and waits; returns its exit code.</summary>
    public async Task<int> Stop()
    {
        using (var signal = System.Diagnostics.Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]))
            await signal.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Ends the process like a power cut.</summary>
    public async Task Kill()
    {
        Running.TryRemove(this, out _);
        if (process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        process?.Dispose();
        process = null;
    }
}
