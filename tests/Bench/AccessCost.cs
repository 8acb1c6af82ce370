using System.Globalization;
using Mining.Cli.Shell;
using Mining.Testing;

namespace Mining.Bench;

/// <summary>
/// What it costs a summary call that its caller is asked who it is and what it may: the same gateway with and without that part, on the
/// same data, loaded in turn by a client process. The gateway's processor time of a call says it more sharply than the calls a second, for
/// client and server share the machine.
/// </summary>
internal static class AccessCost
{
    private const int Rounds = 7;
    private const double Goal = 0.9;
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(4);

    public static async Task<IReadOnlyList<Line>> Measure(MeshProcesses mesh)
    {
        await Import(mesh);
        await using var guarded = Gateway(mesh, "guarded");
        await using var open = Gateway(mesh, "open");
        await Task.WhenAll(guarded.Start(), open.Start());
        foreach (var gateway in (ServiceProcess[])[guarded, open])
            await Load.Measure(gateway, RoundLength); // warm

        var rounds = new List<((double Calls, TimeSpan Time) Guarded, (double Calls, TimeSpan Time) Open)>();
        for (var round = 0; round < Rounds; round++)
        {
            // In turn, so that neither always has the cooler machine.
            var first = await Load.Measure(round % 2 == 0 ? guarded : open, RoundLength);
            var second = await Load.Measure(round % 2 == 0 ? open : guarded, RoundLength);
            rounds.Add(round % 2 == 0 ? (first, second) : (second, first));
        }

        return
        [
            Compare("summary calls/s, callers asked", "not asked", rounds.ConvertAll(round => (round.Guarded.Calls, round.Open.Calls)), "N0", "/s"),
            Compare(
                "summaries per second of the gateway's processor time, callers asked",
                "not asked",
                rounds.ConvertAll(round => (1 / round.Guarded.Time.TotalSeconds, 1 / round.Open.Time.TotalSeconds)), "N0", "/s"),
        ];
    }

    private static ServiceProcess Gateway(MeshProcesses mesh, string kind)
    {
        var gateway = new ServiceProcess("gateway", new Dictionary<string, string> { ["Mesh__Limits__CallsPerSecond"] = "10000000" })
        {
            Program = [Path.Combine(AppContext.BaseDirectory, "Mining.Bench.dll"), "gateway", kind],
        };
        foreach (var owner in mesh.Owners)
            gateway.Set($"Mesh__Services__{owner.Name}", owner.Address);
        return gateway;
    }

    /// <summary>The sample, through the command line as a person would.</summary>
    private static async Task Import(MeshProcesses mesh)
    {
        var token = TestIssuer.Shared.TokenFor(TestIssuer.Developer);
        var surroundings = Surroundings.OfProcess() with { EnvironmentVariable = name => name == GlobalOptions.TokenVariable ? token : null };
        var code = await MiningCommandLine.Run(["import", Path.Combine(AppContext.BaseDirectory, "Sample"), "--address", mesh.Gateway.Address], surroundings);
        if (code != ExitCode.Ok)
            throw new InvalidOperationException("The sample could not be imported.");
    }

    private static Line Compare(string name, string yardstick, List<(double Ours, double Theirs)> rounds, string format, string unit)
    {
        var ratios = rounds.Select(round => round.Ours / round.Theirs).Order().ToList();
        var median = ratios[ratios.Count / 2];
        return new Line(
            name,
            $"{rounds.Average(round => round.Ours).ToString(format, CultureInfo.InvariantCulture)} {unit}",
            $"{yardstick}: {rounds.Average(round => round.Theirs).ToString(format, CultureInfo.InvariantCulture)} {unit}",
            string.Create(CultureInfo.InvariantCulture, $"{median:F2} × ({ratios[0]:F2} to {ratios[^1]:F2})"),
            string.Create(CultureInfo.InvariantCulture, $"> {Goal} ×"),
            median > Goal);
    }
}
