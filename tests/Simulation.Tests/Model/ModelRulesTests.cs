using Mining.Investors.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Simulation.Model;
using Xunit;
using static Mining.Simulation.Tests.Model.ModelWorld;

namespace Mining.Simulation.Tests.Model;

/// <summary>At stake: if the model has a rule wrong, the simulator lets the services break it.</summary>
public sealed class ModelRulesTests
{
    [Theory]
    [InlineData(Stage.Exploration, Stage.Operating, true)]
    [InlineData(Stage.Operating, Stage.Scoping, true)]
    [InlineData(Stage.Construction, Stage.Suspended, true)]
    [InlineData(Stage.Suspended, Stage.Feasibility, true)]
    [InlineData(Stage.Suspended, Stage.Cancelled, true)]
    [InlineData(Stage.Operating, Stage.Closed, true)]
    [InlineData(Stage.Unspecified, Stage.Closed, true)]
    [InlineData(Stage.Operating, Stage.Cancelled, false)]
    [InlineData(Stage.Commissioning, Stage.Closed, false)]
    [InlineData(Stage.Cancelled, Stage.Suspended, false)]
    [InlineData(Stage.Closed, Stage.Operating, false)]
    [InlineData(Stage.Permitting, Stage.Permitting, false)]
    public void A_stage_follows_only_where_allowed(Stage from, Stage to, bool isAllowed)
    {
        var world = new ModelWorld().Project("mine", from);
        var change = new ChangeStageRequest { Name = "projects/mine", Stage = to, Reason = "so" };

        if (isAllowed)
            world.Do(change);
        else
            world.Refuses("STAGE_TRANSITION_NOT_ALLOWED", change);
    }

    [Fact]
    public void A_partial_date_is_too_early_only_if_its_last_day_is()
    {
        var world = new ModelWorld().Project("mine", Stage.Scoping, since: On(2026, 5, 20));

        world.Refuses("EFFECTIVE_DATE_TOO_EARLY", new ChangeStageRequest { Name = "projects/mine", Stage = Stage.Feasibility, Reason = "so", EffectiveDate = On(2026, 4) });
        world.Do(new ChangeStageRequest { Name = "projects/mine", Stage = Stage.Feasibility, Reason = "so", EffectiveDate = On(2026, 5) });
    }

    [Fact]
    public void No_year_is_reserved_beyond_its_capacity()
    {
        var world = new ModelWorld().Project("mine").Facility("plant", (2027, "100"), (2029, "60"), (2031, null));

        world.Refuses("CAPACITY_EXCEEDED", Reserve("early", "1", 2026, 2027));
        world.Do(Reserve("first", "60", 2027, 2029));
        world.Do(Reserve("second", "40", 2027, 2028));
        world.Refuses("CAPACITY_EXCEEDED", Reserve("third", "0.001", 2028, 2028));
        world.Refuses("CAPACITY_UNKNOWN", Reserve("fourth", "0.001", 2031, 2031));
        world.Do(new ReleaseReservationRequest { Name = "reservations/second" });
        world.Do(Reserve("third", "40", 2027, 2028));
        world.Refuses("CAPACITY_RESERVED", new UpdateFacilityRequest
        {
            Facility = new() { Name = "facilities/plant", Capacities = { new Capacity { Mineral = "lithium", Product = "hydroxide", TonnesPerYear = new() { Value = "99.999" } } } },
        });

        static ReserveCapacityRequest Reserve(string id, string tonnes, int from, int to) => new()
        {
            ReservationId = id,
            Reservation = new()
            {
                Facility = "facilities/plant",
                Project = "projects/mine",
                Mineral = "lithium",
                TonnesPerYear = new() { Value = tonnes },
                FromYear = from,
                ToYear = to,
            },
        };
    }

    [Fact]
    public void Payments_never_exceed_the_committed_amount()
    {
        var world = new ModelWorld().Project("mine").Investor("german", "DE").Commitment("one", "german", "mine", Euros(100));
        world.Refuses("NOT_SIGNED", Pay(1, On(2025)));
        world.Do(new SignCommitmentRequest { Name = "commitments/one", Date = On(2025, 3, 10) });

        world.Refuses("DATE_TOO_EARLY", Pay(1, On(2025, 2)));
        world.Do(Pay(70, On(2025, 3)));
        world.Refuses("DISBURSED_MORE_THAN_COMMITTED", Pay(31, On(2026)));
        world.Do(new UpdateCommitmentRequest { Commitment = new() { Name = "commitments/one", Amount = Euros(200) }, EffectiveDate = On(2026, 2) });
        // The new amount applies from February on; a payment in January is compared with the old one.
        world.Refuses("DISBURSED_MORE_THAN_COMMITTED", Pay(31, On(2026, 1)));
        world.Do(Pay(130, On(2026, 2)));

        static RecordDisbursementRequest Pay(long euros, Google.Type.Date date) =>
            new() { Name = "commitments/one", Disbursement = new() { Amount = Euros(euros), Date = date } };
    }

    [Fact]
    public void A_change_of_owners_flags_the_commitments_of_that_investor()
    {
        var world = new ModelWorld().Project("mine").Investor("mixed", "US", ("CN", 250_000)).Commitment("one", "mixed", "mine", Euros(1));
        Assert.False(((Commitment)world.Model.Find("commitments/one")!).OutsideOwnershipBreach);

        world.Do(new UpdateInvestorRequest
        {
            Investor = new() { Name = "investors/mixed", BeneficialOwners = { new BeneficialOwner { Country = "CN", SharePpm = 250_001 } } },
        });

        var marked = (Commitment)world.Model.Find("commitments/one")!;
        Assert.True(marked.OutsideOwnershipBreach);
        Assert.Equal(2, marked.Version);
    }

    [Fact]
    public void The_same_seed_makes_the_same_commands()
    {
        var (one, other, third) = (new CommandGenerator(7), new CommandGenerator(7), new CommandGenerator(8));
        var (commands, same, different) = (Take(one), Take(other), Take(third));

        Assert.Equal(commands, same);
        Assert.NotEqual(commands, different);

        static List<Google.Protobuf.IMessage> Take(CommandGenerator generator) => [.. Enumerable.Range(0, 200).Select(_ => generator.Next())];
    }
}
