using Google.Protobuf.Collections;
using Mining.Refining.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>How a facility is recorded and corrected.</summary>
internal static class FacilityRules
{
    private static readonly string[] Changeable = ["display_name", "operator", "country", "status", "in_service_date", "capacities", "sources", "parties"];

    public static Decision Create(MeshModel model, CreateFacilityRequest request, DateTimeOffset now)
    {
        var facility = request.Facility;
        if (facility is null || !Texts.IsId(request.FacilityId) || !Changeable.All(field => IsValid(facility, field)))
            return Decision.Invalid;
        var name = "facilities/" + request.FacilityId;
        var created = Ordered(facility.Clone()).Created(name, now);
        PartyRules.Begin(created.Parties);
        return model.Has(name) ? Decision.Taken : Decision.Take(created);
    }

    public static Decision Update(MeshModel model, UpdateFacilityRequest request, DateTimeOffset now)
    {
        var asked = request.Facility;
        var fields = asked is null ? null : Fields.ToChange(asked, request.UpdateMask, Changeable);
        var unmet = model.Unmet<Facility>(asked?.Name ?? "", request.Etag, out var present);
        if (asked is null || fields is null || !fields.All(field => IsValid(asked, field)))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;
        var changed = Ordered(Fields.With(present, asked, fields));
        PartyRules.Change(present.Parties, changed.Parties);
        return CapacityRules.CoversReservations(changed, model.AllOf<Reservation>())
            ? Decision.Take(changed.Next(now))
            : Decision.Forbid(Reasons.CapacityReserved);
    }

    private static Facility Ordered(Facility facility)
    {
        var capacities = facility.Capacities
            .OrderBy(capacity => capacity.Mineral, StringComparer.Ordinal)
            .ThenBy(capacity => capacity.Product, StringComparer.Ordinal)
            .ThenBy(capacity => capacity.FromYear)
            .ToList();
        facility.Capacities.Clear();
        facility.Capacities.AddRange(capacities);
        return facility;
    }

    private static bool IsValid(Facility facility, string field) => field switch
    {
        "display_name" => Texts.HasLength(facility.DisplayName, 1, 200),
        "operator" => Texts.HasLength(facility.Operator, 0, 200),
        "country" => Catalogue.Countries.Contains(facility.Country),
        "status" => Texts.IsKnown(facility.Status),
        "in_service_date" => Dates.AreValid(facility.InServiceDate),
        "capacities" => AreValid(facility.Capacities),
        "parties" => PartyRules.AreValid(facility.Parties),
        _ => Texts.AreSources(facility.Sources),
    };

    private static bool AreValid(RepeatedField<Capacity> capacities) =>
        capacities.Count <= 200
        && capacities.All(capacity =>
            Catalogue.Minerals.Contains(capacity.Mineral)
            && Texts.HasLength(capacity.Product, 0, 300)
            && capacity.Product == capacity.Product.Trim()
            && Texts.HasLength(capacity.Basis, 0, 300)
            && capacity.FromYear is 0 or (>= 1800 and <= 2200)
            && CapacityRules.AreTonnesOrAbsent(capacity.TonnesPerYear))
        && Texts.EachOnce(capacities.Select(capacity => (capacity.Mineral, capacity.Product, capacity.FromYear)));
}
