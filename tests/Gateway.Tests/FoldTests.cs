using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mining.Changes.V1;
using Mining.Gateway.Features;
using Mining.Gateway.ReadModel;
using Mining.Gateway.Tests.Building;
using Mining.Platform.Errors;
using Mining.Platform.Paging;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Xunit;

namespace Mining.Gateway.Tests;

// At stake: brokers lose, duplicate and reorder. The same changes in any order must give the same answers, and a snapshot must not change
// while it is read.
public class FoldTests
{
    [Fact]
    public void Reordered_and_repeated_changes_give_the_same_answers()
    {
        var orders = from changes in Histories.Of
                     from first in Histories.Disordered(changes)
                     from second in Histories.Disordered(changes)
                     from asOf in Histories.Day
                     select (first, second, asOf);
        orders.Sample(
            told =>
            {
                var second = new PortfolioModel();
                foreach (var change in told.second)
                {
                    second.Apply(change);
                    second.Publish();
                }

                Assert.Equal(Answers.About(Recompute.Model(told.first).Publish(), told.asOf), Answers.About(second.Publish(), told.asOf));
            },
            iter: 60);
    }

    [Fact]
    public void Concurrently_read_changes_give_the_same_state_as_sequential_ones()
    {
        var world = World.Of().Investor("bank", "DE");
        var garbled = new List<Change>();
        for (var number = 0; number < 300; number++)
        {
            world.Project($"mine{number % 40}").Commitment($"c{number}", $"bank{number % 7}", $"mine{number % 40}", $"{number} EUR", signed: "2025");
            var change = world.Changes[^1].Clone();
            change.Version++;
            change.State.Value = ByteString.CopyFromUtf8("not a commitment");
            garbled.Add(change);
        }

        List<Change> changes = [.. world.Changes.Zip(garbled).SelectMany(pair => (Change[])[pair.First, pair.Second]), .. world.Changes.Skip(garbled.Count)];
        var together = new PortfolioModel();
        together.Apply(changes);
        var oneByOne = Recompute.Model(changes);
        Assert.Equal(Answers.About(oneByOne.Publish(), World.Today), Answers.About(together.Publish(), World.Today));
        Assert.Equal(garbled.Count, together.UnreadableCount);
        Assert.Equal(oneByOne.LatestProblem, together.LatestProblem);
    }

    [Fact]
    public void Only_an_effective_change_creates_a_new_snapshot()
    {
        var world = World.Of().Project("mine").Investor("bank", "DE").Commitment("c", "bank", "mine", "1 EUR");
        var model = new PortfolioModel();
        foreach (var change in world.Changes)
            Assert.True(model.Apply(change));
        var snapshot = model.Publish();
        foreach (var change in world.Changes)
            Assert.False(model.Apply(change));
        Assert.Same(snapshot, model.Publish());

        world.Project("mine", project => project.DisplayName = "Another");
        Assert.True(model.Apply(world.Changes[^1]));
        Assert.True(model.Publish().Generation > snapshot.Generation);
    }

    [Fact]
    public void An_older_version_changes_only_the_list_of_revisions()
    {
        var world = World.Of().Project("mine").Project("mine", project => project.DisplayName = "Second");
        var model = Recompute.Model(world.Changes.Reverse());
        var dossier = DossierOf(model.Publish(), "mine");
        Assert.Equal("Second", dossier.Project.DisplayName);
        Assert.Equal([2L, 1L], dossier.Revisions.Select(revision => revision.Version));
    }

    [Fact]
    public void The_latest_hundred_revisions_of_a_project_are_kept_in_any_order_of_arrival()
    {
        var world = World.Of();
        for (var version = 0; version < 120; version++)
            world.Project("mine");
        var dossier = DossierOf(Recompute.Model(world.Changes.Reverse()).Publish(), "mine");
        Assert.Equal(Enumerable.Range(21, 100).Reverse(), dossier.Revisions.Select(revision => (int)revision.Version));
        Assert.Equal(dossier.Revisions, DossierOf(Recompute.Model(world.Changes).Publish(), "mine").Revisions);
    }

    [Fact]
    public void A_project_change_without_its_state_is_a_revision_only()
    {
        var world = World.Of().Project("mine").Project("mine");
        var revision = world.Changes[^2].Clone();
        revision.State = null;
        Assert.Equal([2L, 1L], DossierOf(Recompute.Model([world.Changes[0], world.Changes[^1], revision]).Publish(), "mine").Revisions.Select(known => known.Version));
    }

    [Fact]
    public void A_snapshot_is_immutable()
    {
        var world = World.Of().Investor("bank", "DE").Project("mine").Commitment("c", "bank", "mine", "100 EUR", signed: "2025");
        var held = world.Snapshot();
        var before = Answers.About(held, World.Today);
        world.Commitment("c", "bank", "mine", "200 EUR", signed: "2025").Investor("bank", "US").Partnership("eu-us", "USD")
            .Project("mine", project => project.DisplayName = "Other").Rates("2025-01-01", ("USD", "2")).Snapshot();
        Assert.Equal(before, Answers.About(held, World.Today));
    }

    [Fact]
    public void A_change_of_one_project_keeps_the_computed_figures_of_the_others()
    {
        // Too few for other threads to help, whose allocations would not be seen.
        const int projects = 400;
        var world = World.Of().Investor("bank", "DE");
        for (var number = 0; number < projects; number++)
            world.Project($"mine{number}").Commitment($"c{number}", "bank", $"mine{number}", "100 EUR", signed: "2025");
        var (first, atFirst) = SummaryAndItsAllocations(world);
        var (second, afterOneChange) = SummaryAndItsAllocations(world.Commitment("c7", "bank", "mine7", "200 EUR", signed: "2025"));
        Assert.Equal(first.AllProjects[1].Total.Units + 100, second.AllProjects[1].Total.Units);
        Assert.True(afterOneChange < atFirst / 2, $"{afterOneChange} bytes after one change, {atFirst} at first");
    }

    [Fact]
    public void All_data_of_a_source_is_dropped_when_its_log_is_replaced()
    {
        var world = World.Of().Rates("2024-01-01", ("USD", "1.25")).Investor("bank", "DE").Project("mine").Commitment("c", "bank", "mine", "100 USD", signed: "2025")
            .Facility("plant", "DE").Reservation("r", "mine", "plant", "lithium", "1", 2025, 2026);
        foreach (var source in (string[])["projects", "investors", "refining"])
        {
            var model = Recompute.Model(world.Changes);
            model.Publish();
            model.Forget(source);
            var without = Recompute.Model(world.Changes.Where(change => change.Source != source));
            Assert.Equal(Answers.About(without.Publish(), World.Today), Answers.About(model.Publish(), World.Today));

            // The new log begins at version 1 again, and tells something else.
            foreach (var change in world.Changes.Where(change => change.Source == source))
                Assert.True(model.Apply(change));
            Assert.Equal(Answers.About(world.Snapshot(), World.Today), Answers.About(model.Publish(), World.Today));
        }
    }

    [Fact]
    public void Unknown_and_unreadable_changes_are_counted_and_ignored()
    {
        var world = World.Of().Project("mine");
        var foreign = world.Changes[^1].Clone();
        foreign.Source = "refining";
        var newer = new Change { Source = "projects", Resource = "drills/d1", Version = 1, State = new Any { TypeUrl = "type.googleapis.com/mining.projects.v9.Drill" } };
        Assert.False(world.Model.Apply(foreign));
        Assert.False(world.Model.Apply(newer));
        Assert.Equal(2, world.Model.UnknownCount);

        var garbled = world.Changes[^1].Clone();
        garbled.Version = 2;
        garbled.State.Value = ByteString.CopyFromUtf8("not a project");
        Assert.False(world.Model.Apply(garbled));
        var impossible = world.Changes[^1].Clone();
        impossible.Version = 2;
        impossible.State = Any.Pack(new Project { Name = "projects/mine", ReportDate = new() { Year = 2025, Month = 13 } });
        Assert.False(world.Model.Apply(impossible));
        Assert.Equal(2, world.Model.UnreadableCount);
        Assert.Contains("projects/mine version 2", world.Model.LatestProblem, StringComparison.Ordinal);
        Assert.Equal("MINE", world.Dossier("mine").Project.DisplayName);
    }

    [Fact]
    public void A_commitment_counts_once_its_investor_and_project_are_known()
    {
        var world = World.Of().Commitment("a", "bank", "mine", "100 EUR", signed: "2025").Commitment("b", "fund", "mine", "10 EUR", signed: "2025");
        Assert.Equal("0.00 EUR of 0", world.Shares().Counted());
        world.Project("mine");
        Assert.Equal("0.00 EUR of 0", world.Shares().Counted());
        world.Investor("bank", "DE");
        Assert.Equal("EU 100.00 EUR, OUTSIDE 0.00 EUR, US 0.00 EUR", world.Shares().Amounts());
        world.Investor("fund", "US");
        Assert.Equal("EU 100.00 EUR, OUTSIDE 0.00 EUR, US 10.00 EUR", world.Shares().Amounts());
    }

    [Fact]
    public void A_reservation_counts_once_its_facility_is_known()
    {
        var world = World.Of().Project("mine", project =>
        {
            project.Outputs.Add(Write.Output("lithium", "100"));
            project.PlannedFirstProduction = Write.Date("2027");
        }).Reservation("r", "mine", "plant", "lithium", "50", 2027, 2030, made: "2025");
        Assert.Equal("SCORED 0.00", world.Component("mine", HealthComponentKind.Refining).Line());
        world.Facility("plant", "DE");
        Assert.Equal("SCORED 50.00", world.Component("mine", HealthComponentKind.Refining).Line());
        world.Facility("plant", "CN");
        Assert.Equal("SCORED 0.00", world.Component("mine", HealthComponentKind.Refining).Line());
    }

    private static (PortfolioSummary Summary, long Bytes) SummaryAndItsAllocations(World world)
    {
        var snapshot = world.Snapshot();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var summary = new GetPortfolioSummary(world.Rules).Answer(snapshot, new(), World.Reader, World.Today, []);
        return (summary, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ProjectDossier DossierOf(PortfolioSnapshot snapshot, string project) =>
        new GetProjectDossier(new()).Answer(snapshot, new() { Name = $"projects/{project}" }, World.Reader, World.Today, []);
}
