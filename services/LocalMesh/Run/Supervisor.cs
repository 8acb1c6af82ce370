using System.Diagnostics;

namespace Mining.LocalMesh.Run;

/// <summary>
/// Starts the processes of the mesh, writes what they say into log files, starts again what dies and says so, and at the end
/// stops all of them: kindly first, then not.
/// </summary>
internal sealed class Supervisor(MeshLayout layout, TextWriter console, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long a process may take to stop by itself.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> watches = [];

    /// <summary>Starts a process and looks after it until <see cref="DisposeAsync"/>.</summary>
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
        var pause = FirstPause;
        while (true)
        {
            var begin = time.GetTimestamp();
            var exitCode = await RunOnce(plan);
            if (stopping.IsCancellationRequested)
                return;
            // One that lived for a while and died gets a quick restart; one that dies at once an ever slower one.
            pause = time.GetElapsedTime(begin) > MaxDelay ? FirstPause : pause;
            try
            {
                await Task.Delay(pause, time, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await console.WriteLineAsync($"{plan.Name} ended with exit code {exitCode}; it is started again. Its log: {LogOf(plan)}");
            pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
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
