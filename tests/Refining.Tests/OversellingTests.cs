using System.Globalization;
using CsCheck;
using Mining.Platform.Errors;
using Mining.Refining.Features;
using Mining.Refining.Storage;
using Mining.Refining.V1;
using Mining.Testing;
using Xunit;
using Decimal = Google.Type.Decimal;

namespace Mining.Refining.Tests;

// At stake: two projects that both believe a tonne of a year to be theirs. Several callers reserve, release and change the capacity at
// once, on the real features and a real database; then the log is read in commit order, and no year may be oversold at any point. The sum
// is computed independently of the domain code, in tonnes and years.
public abstract class OversellingSuite(TestStorage storage)
{
    private readonly TestStorage storage = storage.SkipUnlessAvailable();

    private const string Project = "projects/mine";
    private const string Plant = "facilities/plant";
    private const int FirstYear = 2030;
    private const int LastYear = 2033;

    /// <summary>The reasons with which a call may be refused; any other fails the test.</summary>
    private static readonly string[] Expected =
        ["CAPACITY_EXCEEDED", "CAPACITY_UNKNOWN", "CAPACITY_RESERVED", "RESOURCE_NOT_FOUND", "ALREADY_RELEASED"];

    [Fact]
    public Task Concurrent_reservations_never_oversell_a_year() => Gen.Select(Capacities, Steps.Array[1, 15].Array[2, 6]).SampleAsync(
        async (capacity, callers) =>
        {
            await using var service = await ServiceOnDisk.Start(
                storage, "refining", typeof(ReserveCapacity).Assembly, services => services.AddRefining(), wrap: null, Project);
            await service.Get<CreateFacility>().Run(
                new() { FacilityId = "plant", Facility = new Facility { DisplayName = "A plant", Country = "FR", Capacities = { capacity } } },
                ServiceOnDisk.Tester,
                CancellationToken.None);

            var acknowledged = await Task.WhenAll(callers.Select((steps, caller) => Task.Run(async () =>
            {
                var count = 0;
                for (var step = 0; step < steps.Length; step++)
                    count += await Do(service, steps[step], $"r-{caller}-{step}", callers.Length) ? 1 : 0;
                return count;
            })));

            var changes = await service.Changes();
            Assert.Equal(1 + acknowledged.Sum(), changes.Count);
            var facility = new Facility();
            var reservations = new Dictionary<string, Reservation>();
            foreach (var change in changes)
            {
                if (change.State.TryUnpack<Reservation>(out var reservation))
                    reservations[reservation.Name] = reservation;
                else
                    facility = change.State.Unpack<Facility>();
                for (var year = FirstYear; year <= LastYear; year++)
                {
                    var reserved = reservations.Values.Where(held => !held.Released && held.FromYear <= year && year <= held.ToYear).Sum(held => Number(held.TonnesPerYear));
                    var free = facility.Capacities.Where(entry => entry.FromYear <= year).MaxBy(entry => entry.FromYear)?.TonnesPerYear;
                    Assert.True(reserved == 0 || reserved <= (free is null ? 0 : Number(free)), $"{year} is oversold at {change.Sequence}: {reserved} t of {facility}");
                }
            }
        },
        iter: 12,
        threads: 1);

    private enum Kind
    {
        Reserve,
        Release,
        ChangeCapacity,
    }

    private sealed record Step(Kind Kind, int Tonnes, int FromYear, int ToYear, int Victim, Capacity[] Capacities);

    private static readonly Gen<Capacity[]> Capacities =
        from years in Gen.OneOf(Gen.Const(0), Gen.Int[FirstYear, LastYear]).ArrayUnique[1, 3]
        from tonnes in Gen.OneOf(Gen.Int[0, 30].Select(value => $"{value}"), Gen.Int[5, 15].Select(value => $"{value}"), Gen.Const("")).Array[3]
        select years.Select((year, i) => new Capacity
        {
            Mineral = "lithium",
            FromYear = year,
            TonnesPerYear = tonnes[i].Length > 0 ? new Decimal { Value = tonnes[i] } : null,
        }).ToArray();

    private static readonly Gen<Step> Steps =
        from kind in Gen.Frequency((6, Gen.Const(Kind.Reserve)), (3, Gen.Const(Kind.Release)), (1, Gen.Const(Kind.ChangeCapacity)))
        from tonnes in Gen.Int[1, 9]
        from first in Gen.Int[FirstYear, LastYear]
        from last in Gen.Int[first, LastYear]
        from victim in Gen.Int[0, 1_000]
        from capacities in Capacities
        select new Step(kind, tonnes, first, last, victim, capacities);

    /// <summary>Makes a call; returns whether it was accepted.</summary>
    private static async Task<bool> Do(ServiceOnDisk service, Step step, string id, int callers)
    {
        try
        {
            switch (step.Kind)
            {
                case Kind.Reserve:
                    await service.Get<ReserveCapacity>().Run(
                        new()
                        {
                            ReservationId = id,
                            Reservation = new Reservation
                            {
                                Facility = Plant,
                                Project = Project,
                                Mineral = "lithium",
                                TonnesPerYear = new Decimal { Value = $"{step.Tonnes}" },
                                FromYear = step.FromYear,
                                ToYear = step.ToYear,
                            },
                        },
                        ServiceOnDisk.Tester,
                        CancellationToken.None);
                    return true;
                case Kind.Release:
                    await service.Get<ReleaseReservation>().Run(
                        new() { Name = $"reservations/r-{step.Victim % callers}-{step.Victim / callers % 8}" }, ServiceOnDisk.Tester, CancellationToken.None);
                    return true;
                default:
                    var before = await service.Get<FacilityStore>().Read(Plant, CancellationToken.None);
                    var after = await service.Get<UpdateFacility>().Run(
                        new() { Facility = new Facility { Name = Plant, Capacities = { step.Capacities } } }, ServiceOnDisk.Tester, CancellationToken.None);
                    return after.Version > before.Version;
            }
        }
        catch (RefusedException refused)
        {
            Assert.Contains(refused.Refusal.Reason, Expected);
            return false;
        }
    }

    private static decimal Number(Decimal tonnes) => decimal.Parse(tonnes.Value, CultureInfo.InvariantCulture);
}

public sealed class OversellingTests() : OversellingSuite(TestStorage.Sqlite);

public sealed class OversellingOnSqlServerTests() : OversellingSuite(TestStorage.SqlServer);
