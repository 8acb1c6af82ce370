using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Mining.Simulation.Nodes;

/// <summary>
/// Runs the loop of a background service in the simulation. Its StartAsync would run it on the thread pool, outside of it.
/// </summary>
internal static class Loops
{
    private static readonly MethodInfo ExecuteAsync =
        typeof(BackgroundService).GetMethod("ExecuteAsync", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static Task Run(BackgroundService service, CancellationToken stop) =>
        ExecuteAsync.CreateDelegate<Func<CancellationToken, Task>>(service)(stop);
}
