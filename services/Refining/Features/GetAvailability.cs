using Mining.Platform.Authentication;
using Mining.Platform.Errors;
using Mining.Platform.Features;
using Mining.Primitives.Names;
using Mining.Refining.Api;
using Mining.Refining.Storage;
using Mining.Refining.V1;

namespace Mining.Refining.Features;

/// <summary>Returns the free capacity of a facility by mineral, product and year. Errors: INVALID_ARGUMENT, NOT_FOUND.</summary>
public sealed class GetAvailability(ReservationStore store, TimeProvider time) : Feature<GetAvailabilityRequest, GetAvailabilityResponse>
{
    private const int YearsByDefault = 10;

    public override async Task<GetAvailabilityResponse> Run(GetAvailabilityRequest request, Caller caller, CancellationToken cancellation)
    {
        var violations = new Violations();
        var name = ResourceNames.Facilities.ReadName("name", request.Name, violations);
        var from = request.FromYear != 0 ? request.FromYear : time.GetUtcNow().Year;
        violations.CheckYear("from_year", from);
        // The default range does not go beyond the last allowed year.
        var to = request.ToYear != 0 ? request.ToYear : Math.Min(from, FacilityReader.LastYear - YearsByDefault + 1) + YearsByDefault - 1;
        if (request.ToYear != 0)
            violations.CheckLastYear("to_year", from, to);
        violations.ThrowIfAny();

        var plan = await store.ReadPlan(name, from, to, cancellation);
        return new GetAvailabilityResponse
        {
            Availabilities =
            {
                plan.Years(from, to).Select(year => new Availability
                {
                    Mineral = year.Line.Mineral,
                    Product = year.Line.Product,
                    Year = year.Year,
                    CapacityTonnes = year.Capacity?.ToDecimal(),
                    ReservedTonnes = year.Reserved.ToDecimal(),
                    FreeTonnes = year.Free?.ToDecimal(),
                }),
            },
        };
    }
}
