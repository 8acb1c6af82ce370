using Mining.Bench.Frame;
using Mining.Testing;

namespace Mining.Bench.Measurements;

/// <summary>
/// The cost of authentication and authorization per summary call: the same gateway with and without them, on the same data, loaded in turn
/// by a client process. The gateway's processor time per call is the more precise figure, because client and server share the machine.
/// </summary>
internal static class AccessCost
{
    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        await using var mesh = await Stage.Mesh();
        await Import.Sample(mesh);
        await using var guarded = Gateway(mesh, "guarded");
        await using var open = Gateway(mesh, "open");
        await Task.WhenAll(guarded.Start(), open.Start());
        var jobs = ((ServiceProcess[])[guarded, open]).Select(gateway => new LoadJob(gateway.Address, SummaryRate.Method, [], stage.RoundLength.TotalSeconds)).ToArray();
        foreach (var job in jobs)
            await Load.Start(job); // warm-up

        var (ours, theirs) = (new List<double>(), new List<double>());
        var rates = await stage.Interleave(() => Run(guarded, jobs[0], ours), () => Run(open, jobs[1], theirs));
        return
        [
            Line.Compare("summary calls with authentication and authorization", "/s", "without", rates, Goal.AtLeast(0.9)),
            Line.Compare(
                "the same, per second of the gateway's CPU time", "/s", "without",
                ours.Zip(theirs, (mine, other) => (1e6 / mine, 1e6 / other)).ToList(), Goal.AtLeast(0.9)),
        ];
    }

    private static async Task<double> Run(ServiceProcess gateway, LoadJob job, List<double> times_us)
    {
        var (result, time) = await Load.Measure(gateway, job);
        times_us.Add(time.TotalMicroseconds);
        return result.CallsPerSecond;
    }

    private static ServiceProcess Gateway(MeshProcesses mesh, string kind)
    {
        var gateway = new ServiceProcess("gateway", new Dictionary<string, string> { ["Mesh__Limits__CallsPerSecond"] = "10000000" })
        {
            Program = [Path.Combine(AppContext.BaseDirectory, "Mining.Bench.dll"), OpenGateway.Verb, kind],
        };
        foreach (var owner in mesh.Owners)
            gateway.Set($"Mesh__Services__{owner.Name}", owner.Address);
        return gateway;
    }
}
