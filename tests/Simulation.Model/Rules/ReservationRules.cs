using Mining.Refining.V1;
using Mining.Simulation.Model.Reading;

namespace Mining.Simulation.Model.Rules;

/// <summary>How capacity is reserved and released.</summary>
internal static class ReservationRules
{
    private const int MaxYears = 60;

    public static Decision Reserve(MeshModel model, ReserveCapacityRequest request, DateTimeOffset now)
    {
        var asked = request.Reservation;
        if (asked is null || !Texts.IsId(request.ReservationId) || !IsValid(asked))
            return Decision.Invalid;

        var facility = model.Of<Facility>(asked.Facility);
        var missing = new List<string>();
        if (!model.Has(asked.Project))
            missing.Add(Reasons.ProjectNotFound);
        if (facility is null)
            missing.Add(Reasons.FacilityNotFound);
        if (missing.Contains(Reasons.ProjectNotFound))
            return Decision.Forbid(missing);
        var name = "reservations/" + request.ReservationId;
        if (model.Has(name))
            return Decision.Taken;
        if (facility is null)
            return Decision.Forbid(missing);

        var created = asked.Clone().Created(name, now);
        created.ReservationDate ??= Dates.Today(now);
        created.Parties.Clear();
        PartyRules.Begin(created.Parties);
        var products = facility.Capacities.Where(capacity => capacity.Mineral == asked.Mineral).Select(capacity => capacity.Product).Distinct().ToList();
        if (created.Product.Length == 0 && products.Count == 1)
            created.Product = products[0];
        if (!products.Contains(created.Product))
        {
            // None of it can be reserved; the documentation leaves open whether that is an invalid field or a lack of capacity.
            return Decision.InvalidOr(Decision.Forbid(Reasons.CapacityUnknown, Reasons.CapacityExceeded));
        }

        var lacks = new HashSet<string>();
        for (var year = asked.FromYear; year <= asked.ToYear; year++)
        {
            var reserved = CapacityRules.Reserved(model.AllOf<Reservation>(), facility.Name, created.Mineral, created.Product, year);
            var capacity = CapacityRules.Capacity(facility, created.Mineral, created.Product, year);
            if (capacity is null)
                lacks.Add(Reasons.CapacityUnknown);
            else if (reserved + created.TonnesPerYear.Value() > capacity)
                lacks.Add(Reasons.CapacityExceeded);
        }

        return lacks.Count > 0 ? Decision.Forbid(lacks) : Decision.Take(created);
    }

    public static Decision Release(MeshModel model, ReleaseReservationRequest request, DateTimeOffset now)
    {
        var unmet = model.Unmet<Reservation>(request.Name, request.Etag, out var present);
        if (!Dates.AreValid(request.ReleaseDate) || !Texts.HasLength(request.Reason, 0, 1_000))
            return Decision.InvalidOr(unmet);
        if (unmet is not null)
            return unmet;

        var date = request.ReleaseDate ?? Dates.Today(now);
        var reasons = new List<string>();
        if (present.Released)
            reasons.Add(Reasons.AlreadyReleased);
        if (Dates.IsTooEarly(date, present.ReservationDate))
            reasons.Add(Reasons.DateTooEarly);
        if (reasons.Count > 0)
            return Decision.Forbid(reasons);
        var changed = present.Clone();
        changed.Released = true;
        changed.ReleaseDate = date;
        changed.ReleaseReason = request.Reason;
        return Decision.Take(changed.Next(now));
    }

    private static bool IsValid(Reservation reservation) =>
        Catalogue.Minerals.Contains(reservation.Mineral)
        && Texts.HasLength(reservation.Product, 0, 300)
        && reservation.TonnesPerYear is not null
        && CapacityRules.AreTonnesOrAbsent(reservation.TonnesPerYear)
        && reservation.TonnesPerYear.Value() > 0
        && reservation.FromYear is >= 1800 and <= 2200
        && reservation.ToYear is >= 1800 and <= 2200
        && reservation.ToYear >= reservation.FromYear
        && reservation.ToYear - reservation.FromYear < MaxYears
        && Dates.AreValid(reservation.ReservationDate);
}
