// At stake: nothing is lost and nothing counted twice, whatever happens. Each seed is a history of commands and faults; the mesh's own code
// runs it in virtual time and must do and answer what the independent model says. To repeat and shrink a failing history: ./dev sim --seed
// N --runs 1.
using Mining.Simulation.Histories;
using Xunit;

namespace Mining.Simulation.Tests.Histories;

public sealed class HistoryTests(ITestOutputHelper output)
{
    private const int FixedSeeds = 150;
    private const int FreshSeeds = 50;

    /// <summary>Some seeds are far apart, so that no region is neglected when the generator changes.</summary>
    private static readonly int[] DistantSeeds = [0, -1, int.MaxValue, int.MinValue, 1_000_000_007];

    [Fact]
    public void Fixed_histories_match_the_model() => Explore(1, FixedSeeds);

    [Fact]
    public void Fresh_histories_match_the_model() =>
        Explore((int)(TimeProvider.System.GetUtcNow().Ticks & int.MaxValue), FreshSeeds);

    [Fact]
    public void Histories_of_distant_seeds_match_the_model()
    {
        foreach (var seed in DistantSeeds)
            Explore(seed, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        foreach (var seed in Enumerable.Range(1, 10))
        {
            var first = new HistoryRun(HistoryGenerator.Of(seed)).Run();
            var second = new HistoryRun(HistoryGenerator.Of(seed)).Run();
            Assert.Equal((first.Steps, first.Changes, first.VirtualTime), (second.Steps, second.Changes, second.VirtualTime));
            Assert.Equal(first.Answers, second.Answers);
            Assert.Equal(first.Faults.Counts, second.Faults.Counts);
        }
    }

    private void Explore(int seed, int runs)
    {
        using var text = new StringWriter();
        var exitCode = Exploration.Run(seed, runs, trace: false, keepGoing: false, noShrink: false, text);
        output.WriteLine(text.ToString());
        Assert.True(exitCode == 0, text.ToString());
    }
}
