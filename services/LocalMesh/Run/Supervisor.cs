using System.Diagnostics;

namespace Mining.LocalMesh.Run;

/// <summary>
/// Starts the processes of the mesh, writes their output to log files, and restarts processes that exit. At the end it stops all of
/// them, and kills those that do not stop in time.
/// </summary>
internal sealed class Supervisor(MeshLayout layout, TextWriter console, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long a process may take to stop before it is killed.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan InitialDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> watches = [];

    /// <summary>Starts a process and restarts it when it exits, until <see cref="DisposeAsync"/>.</summary>
    public void Start(ProcessPlan plan)
    {
        if (!File.Exists(plan.Program))
            throw new InvalidOperationException($"{plan.Name} cannot start: {plan.Program} is missing. ./dev run builds what belongs to the mesh.");
        watches.Add(Watch(plan));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(watches);
        stopping.Dispose();
    }

    private async Task Watch(ProcessPlan plan)
    {
        var delay = InitialDelay;
        while (true)
        {
            var begin = time.GetTimestamp();
            var exitCode = await RunOnce(plan);
            if (stopping.IsCancellationRequested)
                return;
            // Restart soon after a long run, but with increasing delays if the process keeps failing.
            delay = time.GetElapsedTime(begin) > MaxDelay ? InitialDelay : delay;
            try
            {
                await Task.Delay(delay, time, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await console.WriteLineAsync($"{plan.Name} exited with code {exitCode}; restarting. Log: {LogOf(plan)}");
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
        }
    }

    private async Task<int> RunOnce(ProcessPlan plan)
    {
        string[] command = [.. plan.Program.EndsWith(".dll", StringComparison.Ordinal) ? (string[])["dotnet"] : [], plan.Program, .. plan.Arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = layout.Folder,
        };
        foreach (var (key, value) in plan.Environment)
            start.Environment[key] = value;
        await using var log = new StreamWriter(LogOf(plan), append: true) { AutoFlush = true };
        var gate = new Lock();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await Stop(process);
        }

        return process.ExitCode;

        void Write(string? line)
        {
            lock (gate)
            {
                if (line is not null && log.BaseStream.CanWrite)
                    log.WriteLine(line);
            }
        }
    }

    private static async Task Stop(Process process)
    {
        Signals.Terminate(process);
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private string LogOf(ProcessPlan plan) => Path.Combine(layout.Logs, plan.Name + ".log");
}
