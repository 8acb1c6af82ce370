using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Mining.Testing;

/// <summary>
/// A process of a test. What it writes is kept. It does not outlive the test: not when its start fails, nor when the process of
/// the tests is asked to end.
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

    /// <summary>What the process has written so far, over all its lives.</summary>
    public string Log => string.Join('\n', log);

    /// <summary>The end of what the process has written, for a message that a person reads.</summary>
    public string Tail => string.Join('\n', log.TakeLast(60).Select(line => line[..Math.Min(line.Length, 400)]));

    public bool HasEnded => process is null or { HasExited: true };

    /// <summary>What the process ended with.</summary>
    public int ExitCode => process!.ExitCode;

    public int Id => process!.Id;

    /// <summary>How much memory the process has in use now.</summary>
    public long WorkingSetBytes
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most that it ever had.</summary>
    public long PeakWorkingSetBytes
    {
        get
        {
            process!.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts a process and does not wait for anything.</summary>
    public void Launch(ProcessStartInfo start)
    {
        if (!HasEnded)
            throw new InvalidOperationException($"{start.FileName} runs already; kill it first.");
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

    /// <summary>Waits until the process ends by itself; answers what it ended with.</summary>
    public async Task<int> End(TimeSpan timeout)
    {
        await process!.WaitForExitAsync().WaitAsync(timeout, TimeProvider.System);
        return process.ExitCode;
    }

    /// <summary>Asks the process to end, as an init system would (SIGTERM), and waits; answers its exit code.</summary>
    public async Task<int> Stop()
    {
        using (var signal = System.Diagnostics.Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]))
            await signal.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Ends the process as a power cut would.</summary>
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
