using System.Diagnostics;
using Mining.Bench.Frame;
using Mining.Refining.V1;

namespace Mining.Bench.Measurements;

/// <summary>
/// Reservations and releases per second by 64 callers on one facility, compared with 64 callers on a facility each. Each caller releases
/// its reservation before the next one, so the number of active reservations is realistic and does not grow with the measured time.
/// </summary>
internal static class Contention
{
    private const int Callers = 64;
    private const int Facilities = Callers + 1;

    public static async Task<IReadOnlyList<Line>> Measure(Stage stage)
    {
        await using var mesh = await Stage.Mesh();
        var client = new RefiningService.RefiningServiceClient(mesh.Refining.Channel);
        await mesh.ProjectsClient.CreateProjectAsync(new() { ProjectId = "mine", Project = new() { DisplayName = "A mine", Country = "FR", Kinds = { Projects.V1.ProjectKind.Mining } } });
        for (var number = 0; number < Facilities; number++)
        {
            await client.CreateFacilityAsync(new()
            {
                FacilityId = $"plant-{number}",
                Facility = new Facility
                {
                    DisplayName = "A plant",
                    Country = "FR",
                    Capacities = { new Capacity { Mineral = "lithium", TonnesPerYear = new() { Value = "100000000" }, FromYear = 2025 } },
                },
            });
        }

        var run = 0;
        await Reserve(client, run++, 4 * stage.RoundLength, caller => caller % 2 == 0 ? 0 : caller + 1);
        var rounds = await stage.Interleave(
            () => Reserve(client, run++, stage.RoundLength, _ => 0),
            () => Reserve(client, run++, stage.RoundLength, caller => caller + 1));
        return [Line.Compare($"reservations and releases by {Callers} callers on one facility", "/s", $"on {Callers} facilities", rounds, Goal.AtLeast(0.7))];
    }

    private static async Task<double> Reserve(RefiningService.RefiningServiceClient client, int run, TimeSpan length, Func<int, int> facilityOf)
    {
        var count = 0;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(begin) < length; i++)
            {
                var reservation = await client.ReserveCapacityAsync(new()
                {
                    ReservationId = $"r-{run}-{caller}-{i}",
                    RequestId = $"r-{run}-{caller}-{i}",
                    Reservation = new Reservation
                    {
                        Facility = $"facilities/plant-{facilityOf(caller)}",
                        Project = "projects/mine",
                        Mineral = "lithium",
                        TonnesPerYear = new() { Value = "1" },
                        FromYear = 2026,
                        ToYear = 2030,
                    },
                });
                await client.ReleaseReservationAsync(new() { Name = reservation.Name, RequestId = $"b-{run}-{caller}-{i}" });
                Interlocked.Add(ref count, 2);
            }
        })));
        return count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
