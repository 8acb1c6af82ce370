// At stake: the rules that the sample does not reach: money divided among a commitment's sides by look-through to the last
// cent, and figures as they were at a date when amounts, stages, costs and payments change. A world is made up from a seed,
// told to the services through their API, and predicted in the same independent way as the sample.
// MINING_WORLD_SEED=N makes up another world.
using System.Globalization;
using Mining.Testing;
using Xunit;

namespace Mining.Mesh.Tests.SampleFigures;

public sealed class InventedFigureTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("MINING_WORLD_SEED") ?? "20251122", CultureInfo.InvariantCulture);

    private readonly MeshProcesses mesh = new();

    public async ValueTask InitializeAsync() => await mesh.Start();

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task Look_through_and_changes_over_time_are_counted_to_the_last_cent()
    {
        output.WriteLine($"MINING_WORLD_SEED={Seed}");
        var world = new InventedWorld(mesh, Seed);
        await world.Make();
        await mesh.CaughtUp();
        var asking = new Asking(mesh, world.Facts);
        foreach (var asOf in (DateOnly?[])[null, new(2021, 7, 1), new(2022, 12, 31), new(2024, 1, 1), new(2025, 3, 31)])
        {
            var question = new Question($"seed {Seed} as of {asOf?.ToString("O", CultureInfo.InvariantCulture) ?? "today"}") { AsOf = asOf };
            await asking.Summary(question);
            await asking.Groups(question);
            await asking.Pipeline(question);
            await asking.Dossiers(question);
            await asking.Groups(question with { Currency = "JPY", RateDate = new(2024, 2, 2), Investors = ["investor-1", "investor-2", "investor-3", "investor-4"] });
        }

        output.WriteLine($"{asking.CellCount} cells compared");
    }
}
