// At stake: a failing history is shrunk as far as possible, and still fails.
using Mining.Simulation.Histories;
using Xunit;

namespace Mining.Simulation.Tests.Histories;

public sealed class ShrinkerTests
{
    [Fact]
    public void Irrelevant_steps_are_removed()
    {
        var history = new History(7, [.. Enumerable.Range(0, 60).Select(second => new AskGateway(TimeSpan.FromSeconds(second)))], TimeSpan.FromSeconds(60));
        var needed = new[] { 3, 17, 42 }.Select(second => TimeSpan.FromSeconds(second)).ToHashSet();
        var tries = 0;
        var shortest = Shrinker.Shrink(history, candidate =>
        {
            tries++;
            return needed.IsSubsetOf(candidate.Events.Select(happening => happening.At));
        });
        Assert.Equal(needed.Order(), shortest.Events.Select(happening => happening.At));
        Assert.Equal((7, TimeSpan.FromSeconds(60)), (shortest.Seed, shortest.End));
        Assert.InRange(tries, 1, Shrinker.MaxTries);
    }

    [Fact]
    public void A_minimal_history_is_not_shortened()
    {
        var history = new History(7, [new AskGateway(TimeSpan.Zero), new AskGateway(TimeSpan.FromSeconds(1))], TimeSpan.FromSeconds(2));
        Assert.Equal(2, Shrinker.Shrink(history, candidate => candidate.Events.Count == 2).Events.Count);
    }
}
